"""Pages as the browser draws them: real pixels in every theme, and without WebGL."""

import pytest

pytestmark = pytest.mark.page

PIXELS = """
(element) => new Promise((done) => {
  element.map.once('render', () => {
    const source = element.map.getCanvas();
    const gl = source.getContext('webgl2');
    const copy = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
    const c = copy.getContext('2d');
    c.drawImage(source, 0, 0, 160, 120);
    const data = c.getImageData(0, 0, 160, 120).data;
    const levels = new Set();
    for (let i = 0; i < data.length; i += 4) levels.add(data.slice(i, i + 3).join());
    done({ lost: gl.isContextLost(), colours: levels.size });
  });
  element.map.triggerRepaint();
})
"""


@pytest.mark.parametrize("theme", ["dark", "day", "contrast"])
def test_the_map_is_drawn_with_real_pixels(reader, libraries, theme):
    page = reader(signed_in=True, theme=theme).open("/ko/center")
    drawn = page.locator("city-map").evaluate(PIXELS)
    assert not drawn["lost"]
    assert drawn["colours"] > 50


def test_the_map_follows_a_change_of_theme(reader, libraries):
    visitor = reader(theme="day")
    page = visitor.open("/en/parking")
    page.get_by_role("button", name="Change").click()
    page.wait_for_function(
        "() => document.querySelector('city-map').map.isStyleLoaded() && "
        "document.querySelector('city-map').map.getLayer('things-parking') !== undefined"
    )
    assert page.locator("city-map").evaluate(PIXELS)["colours"] > 20
    assert visitor.complaints == []


def test_a_click_on_a_sign_tells_what_it_is(reader, libraries):
    page = reader().open("/en/parking")
    lot = "urn:ngsi-ld:OffStreetParking:1"
    at = page.locator("city-map").evaluate(
        "(e, [lot]) => { const at = e.things.get('parking').get(lot).geometry.coordinates;"
        " e.map.jumpTo({ center: at, zoom: 15 }); const p = e.map.project(at);"
        " const box = e.getBoundingClientRect(); return [box.left + p.x, box.top + p.y]; }",
        [lot],
    )
    page.locator("city-map").evaluate("(e) => new Promise((d) => e.map.once('idle', d))")
    page.mouse.click(*at)
    page.get_by_role("heading", name="Bongsan car park 1", exact=True).wait_for()


def test_without_webgl_the_drawing_stays(reader):
    page = reader().open("/ko/parking")
    assert page.locator("city-map").get_attribute("data-state") == "drawing"
    assert page.locator("svg.drawing path.land").count() == 9


def test_a_page_that_does_not_exist_says_so_to_people(reader):
    page = reader().open("/en/nowhere")
    assert page.get_by_role("heading", level=1).inner_text() == "This page or thing does not exist"
