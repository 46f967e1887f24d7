// The region picker: suggestions while one types, by the pattern of an ARIA combobox. Without this file the
// field takes a code or a name, and the server asks back where a name is unclear.

const PAUSE = 150;
let boxes = 0;

function equip(input) {
  const list = document.createElement("ul");
  list.className = "picker-list";
  list.id = `picker-${++boxes}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
  let timer = 0;
  let latest = 0;
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    if (input.dataset.go) location.assign(input.dataset.go + option.dataset.code);
    else {
      input.value = option.dataset.code;
      input.title = option.textContent;
    }
    close();
  };
  const mark = (next) => {
    const options = list.children;
    options[active]?.removeAttribute("aria-selected");
    active = (next + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  };
  const ask = async () => {
    const asked = ++latest;
    const address = new URL(input.dataset.regions, location);
    address.searchParams.set("q", input.value);
    if (input.dataset.level) address.searchParams.set("level", input.dataset.level);
    let rows;
    try {
      rows = await (await fetch(address)).json();
    } catch {
      return close(); // no network: the field still takes what is typed
    }
    if (asked !== latest) return undefined; // a newer question is on its way, or the reader went on
    list.replaceChildren(
      ...rows.slice(0, 8).map((row, i) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${i}`;
        option.setAttribute("role", "option");
        option.dataset.code = row.code;
        option.textContent = row.label;
        const code = document.createElement("small");
        code.textContent = ` ${row.code}`;
        option.append(code);
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(option);
        });
        return option;
      }),
    );
    active = -1;
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    return undefined;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) return close();
    timer = setTimeout(ask, PAUSE);
    return undefined;
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    latest += 1; // an answer that comes now would cover what the reader does next
    close();
  });
}

document.querySelectorAll("input[data-regions]").forEach(equip);
