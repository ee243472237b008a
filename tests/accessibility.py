"""What axe finds on a page: all its rules for WCAG 2.2, levels A and AA, in both themes, all folds open."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Code and signatures have thousands of tokens, each an element. One of each kind stays (by its own class and
# those of what it lies in); the others become plain text for as long as axe looks.
ONE_OF_EACH_TOKEN = """() => {
  window.oneOfEachToken = () => {
    const kinds = new Map([[null, ""]]), kept = new Set(), code = [];
    const kindOf = (element) => {
      if (!kinds.has(element)) {
        const { localName, className, style } = element;
        kinds.set(element, `${kindOf(element.parentElement)}/${localName} ${className} ${style.cssText}`);
      }
      return kinds.get(element);
    };
    for (const pre of document.querySelectorAll(".highlight pre, dt.sig, code")) {
      code.push([pre, [...pre.cloneNode(true).childNodes]]);
      for (const token of pre.querySelectorAll("span:not(:has(*))")) {
        const kind = kindOf(token);
        if (kept.has(kind)) token.replaceWith(token.textContent);
        kept.add(kind);
      }
      pre.normalize();
    }
    return code;
  };
}"""
# Of other texts there are many, too, and axe looks under each. One look has one contrast: where the letters
# of a text and everything painted by its ancestors are those of a text that passed, it passes, too.
REMEMBER_LOOKS = """() => {
  const check = axe._audit.checks["color-contrast"], judge = check.evaluate;
  let grounds, passed;
  axe.forgetLooks = () => { grounds = new Map([[null, ""]]); passed = new Set(); };
  const groundOf = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter, position } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, filter, position].join();
      const paints = own !== "rgba(0, 0, 0, 0),none,1,none,static";
      grounds.set(element, groundOf(element.parentElement) + (paints ? `/${own}` : ""));
    }
    return grounds.get(element);
  };
  check.evaluate = function (element, ...rest) {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const look = [groundOf(element), color, fontSize, fontWeight, textShadow].join();
    const answer = passed.has(look) || judge.call(this, element, ...rest);
    if (answer === true) passed.add(look);
    return answer;
  };
}"""
# The second theme differs in its colours alone. Those that fade from one to the other are there at once, and
# the page is left as it was.
RUN = """async ([rules, themes, part, unfold]) => {
  const root = document.documentElement, { theme: was } = root.dataset, found = [];
  const code = oneOfEachToken();
  const folded = unfold ? [...document.querySelectorAll("details:not([open])")] : [];
  folded.forEach((details) => (details.open = true));
  for (const theme of themes) {
    root.dataset.theme = theme;
    const fading = () => document.getAnimations().filter((one) => one.playState !== "finished"
      && Number.isFinite(one.effect.getComputedTiming().endTime)); // what opens fades in
    for (let some = fading(); some.length; some = fading()) some.forEach((one) => one.finish());
    axe.forgetLooks();
    const options = { runOnly: rules, rules: {}, preload: false, resultTypes: ["violations"] };
    for (const { ruleId, tags } of theme === themes[0] ? [] : axe.getRules(rules)) {
      if (!tags.includes("cat.color")) options.rules[ruleId] = { enabled: false };
    }
    for (const { id, nodes } of (await axe.run(part, options)).violations) {
      for (const { html, failureSummary } of nodes) {
        found.push(`${theme}: ${id}: ${failureSummary.split("\\n")[1].trim()}: ${html.slice(0, 200)}`);
      }
    }
  }
  code.forEach(([pre, tokens]) => pre.replaceChildren(...tokens));
  folded.forEach((details) => (details.open = false));
  was === undefined ? delete root.dataset.theme : (root.dataset.theme = was);
  return found;
}"""


def violations(
    page: Page, part: str = "html", *, themes: tuple[str, ...] = ("light", "dark"), unfold: bool = True
) -> list[str]:
    """What axe finds on the page that is open or a part of it: each with theme, rule and HTML at fault."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(REMEMBER_LOOKS)
        page.evaluate(ONE_OF_EACH_TOKEN)
    return page.evaluate(RUN, [RULES, themes, part, unfold])
