"""Runs in a process of its own: a PDF on standard input, its text as JSON on standard output.

It is started as a script, apart from this package, so that nothing but the PDF library is loaded.
A PDF that crashes the library or fills the memory takes only this process with it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_PASSWORD = 4  # FPDF_ERR_PASSWORD


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix: the parent's time limit is what is left
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(data: bytes, longest: int) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"problem": "password" if error.err_code == _PASSWORD else "damaged"}
    pages: list[str] = []
    unreadable = length = 0
    for index in range(len(document)):
        try:
            page = document[index]
            pages.append(page.get_textpage().get_text_bounded())
            page.close()
            length += len(pages[-1])
        except pypdfium2.PdfiumError:
            unreadable += 1
        if length > longest:
            return {"problem": "length"}
    return {"pages": pages, "unreadable": unreadable, "info": document.get_metadata_dict()}


def main() -> None:
    """Answer for one PDF."""
    _limit_memory(int(sys.argv[1]))
    try:
        answer = _read(sys.stdin.buffer.read(), int(sys.argv[2]))
    except MemoryError:
        answer = {"problem": "memory"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
