"""Pictures and addresses of dataset pages: scale bars that are true, strict moments, codes of own paths only."""

import math
from datetime import UTC, datetime, timedelta

import pytest
import segno
from pyproj import Geod

from service.datasets import moments, qr
from service.datasets.frames import around
from service.parameters import BadParameterError

GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    "box",
    [(14.8, 50.6, 15.2, 51.0), (15.0, 50.7, 15.001, 50.7005), (15.0, 50.7, 15.0, 50.7), (12.0, 48.5, 19.0, 51.1)],
)
def test_a_frame_holds_the_box_and_its_bar_is_true(box: tuple[float, float, float, float]) -> None:
    frame = around(box, 640, 460, lowest=300)
    assert frame.width == 640
    assert 300 <= frame.height <= 460
    for lon, lat in ((box[0], box[1]), (box[2], box[3])):
        x, y = frame.pixel(lon, lat)
        assert 0 < x < frame.width
        assert 0 < y < frame.height
    pixels, metres = frame.bar
    assert 30 < pixels <= frame.width / 4
    assert f"{metres}"[0] in "125"
    middle = ((frame.box[0] + frame.box[2]) / 2, (frame.box[1] + frame.box[3]) / 2)
    east, north = middle[0] + pixels / frame.per_longitude, middle[1] + pixels / frame.per_latitude
    for lon, lat in ((east, middle[1]), (middle[0], north)):
        assert math.isclose(GEOD.inv(*middle, lon, lat)[2], metres, rel_tol=0.005)


def test_moments_are_days_or_minutes_in_utc() -> None:
    day = moments.read("2026-05-10")
    assert (day.time.hour, day.time.minute, day.time.tzinfo) == (23, 59, UTC)
    assert moments.read("2026-05-10T09:30Z").time == datetime(2026, 5, 10, 9, 30, tzinfo=UTC)
    for wrong in ("", "today", "2026-5-1", "2026-02-30", "2026-05-10T09:30", "2026-05-10T25:00Z", "../x", "2026"):
        with pytest.raises(ValueError, match=r".+"):
            moments.read(wrong)


def test_only_what_can_change_no_more_is_final() -> None:
    now = datetime(2026, 5, 10, 9, 30, 30, tzinfo=UTC)
    assert moments.read("2026-05-09").is_final(now)
    assert not moments.read("2026-05-10").is_final(now)
    assert not moments.read("2026-05-10T09:29Z").is_final(now)
    settled = moments.settled(now)
    assert settled.is_final(now)
    assert now - settled.time < moments.SETTLED + timedelta(minutes=1)
    assert moments.read(settled.text) == settled


def test_a_code_leads_to_own_paths_only() -> None:
    assert qr.address("/cs/map?at=12/50.7/15.0&layers=a,b", "https://x.example") == (
        "https://x.example/cs/map?at=12/50.7/15.0&layers=a,b"
    )
    for wrong in ("", "cs/map", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\n", "/" * 3):
        with pytest.raises(BadParameterError):
            qr.address(wrong, "https://x.example")
    with pytest.raises(BadParameterError):
        qr.address("/" + "a" * qr.LONGEST, "https://x.example")


def test_a_code_is_that_of_the_whole_address() -> None:
    drawn = qr.drawn("https://x.example/cs/map?at=1/2/3")
    size = segno.make("https://x.example/cs/map?at=1/2/3", error="m", micro=False).symbol_size(border=4)[0]
    assert f'height="{size * 4}"'.encode() in drawn
    assert drawn != qr.drawn("https://x.example/cs/map?at=1/2/4")
    assert b"<script" not in drawn
    assert b"style=" not in drawn
