"""The loss curve as SVG."""

import xml.etree.ElementTree as ET

from persona.curves import HEIGHT, MARGIN, WIDTH, loss_curve

SVG = "{http://www.w3.org/2000/svg}"


def path(svg: str, name: str) -> str:
    root = ET.fromstring(svg)
    return next(one.attrib["d"] for one in root.iter(f"{SVG}path") if one.attrib["class"] == name)


def test_each_loss_has_its_own_line_scaled_to_the_frame() -> None:
    svg = loss_curve(
        [{"step": 5, "loss": 4.0}, {"step": 10, "loss": 2.0}, {"step": 10, "valid_loss": 3.0}]
    )
    right, top = WIDTH - MARGIN, MARGIN
    middle = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) / 2
    assert path(svg, "train").endswith(f"L{right:.1f} {middle:.1f}")
    assert path(svg, "train").startswith(f"M320.0 {top:.1f}")
    assert path(svg, "valid").count("M") == 1


def test_a_run_without_steps_still_gives_a_picture() -> None:
    assert path(loss_curve([]), "train") == ""
