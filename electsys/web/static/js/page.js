// Every page: menus stay on the screen, close on Escape and on a click elsewhere; an error summary takes the focus.

for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("toggle", () => {
    const list = menu.querySelector(".menu-list");
    list?.classList.remove("to-left");
    list?.classList.toggle("to-left", list.getBoundingClientRect().right > document.documentElement.clientWidth);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.querySelector(".error-summary")?.focus();

// A second click on a button that sends a form does not send it twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
