"""Pages as the browser draws them: real pixels, no complaint, no overflow, nothing for axe."""

import pytest

pytestmark = pytest.mark.page

PUBLIC = (
    "/",
    "/?dong=2201054",
    "/parking",
    "/certification",
    "/certification/indicators/kr-scc-2021/K63-43",
    "/about/data",
    "/api",
    "/sign-in",
    "/welcome/{link}",
)
CENTER = (
    "/center",
    "/center/water",
    "/center/parking",
    "/center/traffic",
    "/center/devices",
    "/center/registers",
    "/center/models?q=parking",
    "/center/models/OffStreetParking",
    "/center/entities/urn:ngsi-ld:WaterMeter:0",
    "/center/messages/1",
    "/certification/indicators/kr-scc-2021/K63-43",
    "/account",
    "/api",
)
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
SETTLED = "() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 150))"


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
    visitor = reader()
    visitor.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = visitor.open("/ko/parking")
    assert page.locator("city-map").get_attribute("data-state") == "drawing"
    assert page.locator("svg.drawing path.land").count() == 9


def paths(town, of):
    return [path.format(link=town.link) for path in of]


@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "center"])
@pytest.mark.parametrize("theme", ["dark", "day"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_neither_axe_nor_the_console_finds_fault(reader, town, language, theme, signed_in):
    from axe_playwright_python.sync_playwright import Axe

    visitor = reader(signed_in=signed_in, theme=theme)
    found = {}
    for path in paths(town, CENTER if signed_in else PUBLIC):
        page = visitor.open(f"/{language}{path}")
        violations = Axe().run(page).response["violations"]
        found |= {f"{path} {v['id']}": [n["target"] for n in v["nodes"]] for v in violations}
    assert found == {}
    assert visitor.complaints == []


def test_a_page_that_does_not_exist_says_so_to_people(reader):
    page = reader().open("/en/nowhere")
    assert page.get_by_role("heading", level=1).inner_text() == "This page or thing does not exist"


def test_nothing_scrolls_sideways_at_200_and_400_percent(reader, town):
    visitor = reader(signed_in=True)
    wide = {}
    for path in paths(town, (*PUBLIC, *CENTER)):
        page = visitor.open(f"/en{path}")
        for width in (640, 320):  # of a screen 1280 wide
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)  # charts measure themselves in the frame after a resize
            wide[path, width] = page.evaluate("document.documentElement.scrollWidth")
    assert {key: found for key, found in wide.items() if found > key[1]} == {}
