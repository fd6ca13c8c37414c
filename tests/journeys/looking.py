"""What a page must be at every size: nothing sideways, every control in reach of a finger, accessible."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, screenshot

SIZES = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}

# A control is in reach where its middle, scrolled to, is its own or its label's.
OUT_OF_REACH = """() => {
    // kept for screen readers alone, as a table's head on a phone
    const alone = one => one.offsetWidth <= 1 && getComputedStyle(one).position === 'absolute'
    const clipped = one => one !== null && (alone(one) || clipped(one.parentElement))
    const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary'
    const shown = [...document.querySelectorAll('main')].flatMap(main => [...main.querySelectorAll(controls)])
        .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('[inert]') && !clipped(one))
    const lost = shown.filter(one => {
        one.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'})
        const box = one.getClientRects()[0]
        if (!box || box.width < 2 || box.height < 2) return false
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        return !(hit && (one.contains(hit) || hit.contains(one) && hit.closest('label') || hit.control === one))
    })
    window.scrollTo({top: 0, left: 0, behavior: 'instant'})
    return lost.map(one => one.outerHTML.slice(0, 120))
}"""

# What is laid out anew on a phone has no reason to be pushed about: the navigation wraps, rows become blocks.
PUSHED_SIDEWAYS = """() => [...document.querySelectorAll('.topnav, .table-wrap:has(> .data-table--cards)')]
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => `${one.className} ${one.getAttribute('aria-label')}: ${one.scrollWidth} in ${one.clientWidth} px`)"""


def look(page: Page, name: str) -> None:
    """Looks at the page as it stands at every size, and leaves it at its own; photographed on request."""
    page.wait_for_load_state()  # a click waits for the new page's first byte, not for its style sheets
    own = page.viewport_size
    for size_name, size in SIZES.items():
        page.set_viewport_size(size)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{name}: {wider} px wider than the {size_name}"
        pushed = page.evaluate(PUSHED_SIDEWAYS) if size is PHONE else []
        assert not pushed, f"{name}: scrolls sideways on a phone: {pushed}"
        lost = page.evaluate(OUT_OF_REACH)
        assert not lost, f"{name}: out of reach on the {size_name}: {lost}"
        assert_accessible(page)
        screenshot(page, f"{name}-{size_name}")
    page.set_viewport_size(own)
