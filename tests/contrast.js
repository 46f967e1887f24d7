// Contrast of every text of a page, by axe, looking only at what looks like nothing that it has judged before.
//
// Whether a text can be read depends on its colour, size and weight and on the colours behind it. Texts
// that agree in all of those pass together: axe judges the first of them, and not the same again on each
// of some thousand looks at pages (three quarters of the time of the journeys went into that).
// What the ancestors alone do not tell (a text that is placed over something, a filter) is always judged.
async (judged) => {
  const known = new Set(judged);
  const grounds = new Map();
  const LOOSE = null;

  // What lies behind the content of an element: the backgrounds from it outwards, up to an opaque one.
  function ground(element) {
    if (!element) return "";
    if (grounds.has(element)) return grounds.get(element);
    const style = getComputedStyle(element);
    const outside = ground(element.parentElement);
    let found;
    if (style.opacity !== "1" || style.filter !== "none" || style.mixBlendMode !== "normal") found = LOOSE;
    else if (style.backgroundImage === "none" && /^rgb\(/.test(style.backgroundColor))
      found = outside === LOOSE && faded(element.parentElement) ? LOOSE : style.backgroundColor;
    else if (outside === LOOSE || style.position !== "static" || style.transform !== "none") found = LOOSE;
    else found = `${style.backgroundColor} ${style.backgroundImage} ${outside}`;
    grounds.set(element, found);
    return found;
  }

  // Whether an element or one around it lets shine through what is behind it.
  function faded(element) {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.opacity !== "1" || style.filter !== "none" || style.mixBlendMode !== "normal") return true;
    }
    return false;
  }

  function look(element) {
    const behind = ground(element);
    if (behind === LOOSE) return LOOSE;
    const style = getComputedStyle(element);
    return [style.color, style.fontSize, style.fontWeight, style.textShadow, behind].join("|");
  }

  const FIELDS = new Set(["INPUT", "SELECT", "TEXTAREA"]);
  const hasText = (element) =>
    FIELDS.has(element.tagName) ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map();
  for (const element of document.body.querySelectorAll("*"))
    if (hasText(element) && element.checkVisibility()) looks.set(element, look(element));
  const unknown = [...looks].filter(([, seen]) => seen === LOOSE || !known.has(seen)).map(([element]) => element);
  if (!unknown.length) return { violations: [], judged: [] };
  const found = await axe.run(
    { include: unknown },
    {
      runOnly: { type: "rule", values: ["color-contrast"] },
      resultTypes: ["violations", "passes"],
      elementRef: true,
    },
  );
  const passed = found.passes.flatMap((rule) => rule.nodes.map((node) => looks.get(node.element)));
  for (const rule of found.violations) for (const node of rule.nodes) delete node.element;
  return { violations: JSON.parse(JSON.stringify(found.violations)), judged: [...new Set(passed)].filter(Boolean) };
}
