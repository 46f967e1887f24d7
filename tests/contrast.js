// Contrast of every text of a page, by axe, looking only at what looks like nothing that it has judged before.
//
// Whether a text can be read depends on its colour, size and weight and on the colours behind it. What
// agrees in all of those with a text that passed is not judged again on each of some thousand looks.
// What the ancestors alone do not tell (a text that is placed over something, a filter) is always judged.
// Shadows at the edges of tables that scroll are left out meanwhile: axe judges no text over a gradient.
async (judged) => {
  const plain = new CSSStyleSheet();
  plain.replaceSync("*, ::before, ::after { background-image: none !important }");
  const sheets = document.adoptedStyleSheets;
  document.adoptedStyleSheets = [...sheets, plain];
  try {
    return await judge(judged);
  } finally {
    document.adoptedStyleSheets = sheets;
  }

  async function judge(judged) {
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
      else if (/^rgb\(/.test(style.backgroundColor))
        found = outside === LOOSE && faded(element.parentElement) ? LOOSE : style.backgroundColor;
      else if (outside === LOOSE || placed(style)) found = LOOSE;
      else found = `${style.backgroundColor} ${outside}`;
      grounds.set(element, found);
      return found;
    }

    // Whether an element may lie over something that is not around it.
    function placed(style) {
      const inFlow =
        style.position === "static" ||
        (style.position === "relative" && [style.top, style.left].every((offset) => /^(auto|0px)$/.test(offset)));
      return !inFlow || style.transform !== "none";
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
      // axe does not judge a single sign, which may be a drawing: it tells nothing of a longer text.
      const length = element.textContent.trim().length > 1 ? "text" : "sign";
      return [style.color, style.fontSize, style.fontWeight, style.textShadow, length, behind].join("|");
    }

    const FIELDS = "input:not([type=checkbox], [type=radio], [type=file], [type=range]), select, textarea";
    const hasText = (element) =>
      element.matches(FIELDS) ||
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    // What only a screen reader is told has a box of one pixel; a link to skip the menu waits outside the page.
    const isSeen = (element) => {
      const box = element.getBoundingClientRect();
      return element.checkVisibility() && box.width > 1 && box.height > 1 && box.bottom + scrollY > 0 && box.right > 0;
    };
    const looks = new Map();
    for (const element of document.body.querySelectorAll("*"))
      if (hasText(element) && isSeen(element)) looks.set(element, look(element));
    const unknown = [...looks].filter(([, seen]) => seen === LOOSE || !known.has(seen)).map(([element]) => element);
    if (!unknown.length) return { violations: [], judged: [] };
    const found = await axe.run(
      { include: unknown },
      {
        runOnly: { type: "rule", values: ["color-contrast"] },
        resultTypes: ["violations", "passes", "incomplete"],
        elementRef: true,
      },
    );
    const nodes = (rules) => rules.flatMap((rule) => rule.nodes);
    const short = (node) => node.any.some((check) => check.data?.messageKey === "shortTextContent");
    const done = [...nodes(found.passes), ...nodes(found.incomplete).filter(short)];
    const settled = new Set(done.map((node) => looks.get(node.element)).filter(Boolean));
    for (const node of nodes(found.violations)) delete node.element;
    return { violations: JSON.parse(JSON.stringify(found.violations)), judged: [...settled] };
  }
}
