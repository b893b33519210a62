"""What a script can see of KWCAG 2.2 on one loaded page, by the number of the item.

Each check is a function body in JavaScript that returns what is wrong, as a list of texts. What
axe sees (names, contrast, roles, sizes, labels) is not asked twice; `docs/accessibility.md` says
which test holds which of the 33 items.
"""

from typing import Any

CHECKS: dict[str, str] = {
    "5.2.1 captions": """
        const mute = (e) => !e.querySelector('track[kind=captions]');
        return all('video, audio').filter(mute).map(say);
    """,
    "5.3.1 tables": """
        return all('table').filter((e) => e.role !== 'presentation')
          .filter((e) => !e.querySelector('th[scope]')).map(say);
    """,
    "5.3.2 order": """
        return all('[tabindex]').filter((e) => e.tabIndex > 0).map(say);
    """,
    "5.4.1 not by colour alone": """
        return all('.badge, .priority').filter((e) => !e.textContent.trim()).map(say);
    """,
    "5.4.2 nothing plays by itself": """
        return all('[autoplay]').map(say);
    """,
    "6.1.1 keyboard": """
        const deaf = (e) => e.tabIndex < 0 && !e.disabled && !e.closest('[role=listbox], [inert]');
        return all('[role=button], [role=link], [role=checkbox], [role=tab]').filter(deaf).map(say);
    """,
    "6.1.2 focus is seen": """
        const seen = (e) => {
          e.focus({ focusVisible: true });
          if (document.activeElement !== e) return true;
          const style = getComputedStyle(e);
          return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
        };
        const some = all('a[href], button, input, select, textarea, summary, [tabindex="0"]')
          .filter((e) => e.offsetParent && !e.disabled).slice(0, 60);
        const faults = some.filter((e) => !seen(e)).map(say);
        document.activeElement?.blur();
        return faults;
    """,
    "6.3.1 nothing flashes": """
        const fast = (one) => one.effect?.getTiming().iterations === Infinity
          && Number(one.effect.getTiming().duration) < 1000;
        return document.getAnimations().filter(fast).map((one) => say(one.effect.target));
    """,
    "6.4.1 skip link": """
        if (document.querySelector('wall-screen')) return []; // nothing comes again on a wall
        const first = document.querySelector('a[href], button, input, select');
        const to = first?.getAttribute('href') ?? '';
        return to.startsWith('#') && document.querySelector(to) ? [] : [say(first)];
    """,
    "6.4.2 titles": """
        const faults = document.title.trim() ? [] : ['no title'];
        const heads = all('h1').length;
        return heads === 1 ? faults : [...faults, `${heads} h1`];
    """,
    "6.4.3 link texts": """
        const vague = ['here', 'click here', 'more', '여기', '더보기', '클릭'];
        return all('a[href]').filter((e) => vague.includes(e.textContent.trim().toLowerCase()))
          .map(say);
    """,
    "6.5.1 one pointer is enough": """
        const alone = (e) => e.dataset.state === 'live'
          && !e.querySelector('.maplibregl-ctrl-zoom-in');
        return all('city-map').filter(alone).map(say);
    """,
    "6.5.3 labels are in names": """
        const plain = (text) => text.toLowerCase().replace(/\\s+/g, ' ').trim();
        const shown = (e) => plain([...e.childNodes].filter((n) => n.nodeType === 3)
          .map((n) => n.textContent).join(' '));
        return all('button[aria-label], a[aria-label]')
          .filter((e) => /\\p{L}/u.test(shown(e)) && !plain(e.ariaLabel).includes(shown(e)))
          .map(say);
    """,
    "7.1.1 language": """
        const wanted = location.pathname.split('/')[1];
        return document.documentElement.lang === wanted ? [] : [document.documentElement.lang];
    """,
    "7.2.1 nothing happens unasked": """
        return all('form[data-submit-on-change]').filter((e) => !e.closest('.wall')) // narrows it
          .filter((e) => ![...e.querySelectorAll('button')].some((b) => b.offsetParent)).map(say);
    """,
    "7.3.2 labels": """
        const silent = (e) => !e.labels?.length && !e.ariaLabel
          && !e.getAttribute('aria-labelledby');
        return all('input:not([type=hidden]), select, textarea').filter(silent).map(say);
    """,
    "8.1.1 markup": """
        const count = new Map();
        for (const e of all('[id]')) count.set(e.id, (count.get(e.id) ?? 0) + 1);
        return [...count].filter(([, n]) => n > 1).map(([id]) => `#${id}`);
    """,
}
FRAME = """
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (e) => (e ? e.outerHTML.slice(0, 120) : 'nothing');
  const faults = {};
  const checks = { %s };
  for (const [item, check] of Object.entries(checks)) {
    const found = check();
    if (found.length) faults[item] = found.slice(0, 5);
  }
  return faults;
}
"""
SCRIPT = FRAME % ",".join(f"{item!r}: () => {{{body}}}" for item, body in CHECKS.items())


def faults(page: Any) -> dict[str, list[str]]:
    """Return what a loaded page does wrong, by item."""
    found: dict[str, list[str]] = page.evaluate(SCRIPT)
    return found
