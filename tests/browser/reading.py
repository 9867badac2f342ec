"""The reader of static/js/reading in a page of a running product, for tests."""

import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from classroom.static_files import reader_addresses
from tests.firefox import Tab
from tests.product import Product

OPEN = """async ([addresses, signals]) => {
    const { RemoteReader } = await import("/static/js/reading/remote-reader.js");
    window.reader = await RemoteReader.open(addresses, signals);
    return window.reader.model;
}"""
READ = """async ([pictures, inARow]) => {
    const read = [];
    for (const picture of pictures) {
        if (!inARow) await window.reader.forget();
        const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
        const asItIs = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
        read.push(await window.reader.read(await createImageBitmap(new Blob([bytes]), asItIs)));
    }
    return read;
}"""


def addresses(product: Product) -> dict[str, Any]:
    """As a page of this product names them: the files are collected, so by hashed names."""
    hashed = json.loads((product.folder / "static" / "staticfiles.json").read_text())["paths"]

    def collected(named: Any) -> Any:
        if isinstance(named, dict):
            return {name: collected(value) for name, value in named.items()}
        plain = named.removeprefix("/static/")
        return f"/static/{hashed.get(plain, plain)}"

    found: dict[str, Any] = collected(reader_addresses())
    return found


def open_reader(page: Page, product: Product, *signals: str, **changed: Any) -> str | None:
    """The checksum of the expression network. `changed` are other addresses than the product's own."""
    model: str | None = page.evaluate(OPEN, [addresses(product) | changed, list(signals)])
    return model


def read(page: Page, files: Iterable[bytes], *, in_a_row: bool = False) -> list[dict[str, Any]]:
    """What the open reader measures of pictures, each with the `ms` it took."""
    encoded = [b64encode(each).decode() for each in files]
    answers: list[dict[str, Any]] = page.evaluate(READ, [encoded, in_a_row])
    return answers


def read_in_firefox(
    tab: Tab, product: Product, files: Iterable[bytes], *signals: str
) -> list[dict[str, Any]]:
    """The same in a Firefox, each picture for itself."""
    tab.go(f"{product.url}/join/")
    opened = json.dumps([addresses(product), signals])
    pictures = json.dumps([[b64encode(each).decode() for each in files], False])
    answers: list[dict[str, Any]] = json.loads(
        tab.evaluate(f"({OPEN})({opened}).then(() => ({READ})({pictures})).then(JSON.stringify)")
    )
    return answers


def png(picture: NDArray[np.uint8]) -> bytes:
    """A file of which a browser makes the same pixels; RGB."""
    return cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes()
