"""Files that are no article: each refused with where, value, bound and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradewind.claims.articles.source import LARGEST, ArticleError, read_text

TEXT = "去年底,中国开源模型的使用率升至30%。\n"


def refused(path: Path, problem: str) -> ArticleError:
    with pytest.raises(ArticleError, match=problem) as caught:
        read_text(path)
    error = caught.value
    assert str(path) in str(error.where)
    assert error.value is not None
    assert error.bound
    assert error.remedy
    assert error.exit_code == 2
    return error


def written(folder: Path, raw: bytes) -> Path:
    path = folder / "article.txt"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings_that_are_read(tmp_path: Path, encoding: str) -> None:
    assert read_text(written(tmp_path, TEXT.encode(encoding))) == TEXT


def test_line_ends_are_made_the_same(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b"one\r\ntwo\rthree\n")) == "one\ntwo\nthree\n"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "none.txt", "no article")
    refused(tmp_path, "no article")


def test_an_empty_file(tmp_path: Path) -> None:
    refused(written(tmp_path, b""), "empty")


@pytest.mark.parametrize("raw", [b" \n\t\n", "。。 。\n, ,\n".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_words(tmp_path: Path, raw: bytes) -> None:
    refused(written(tmp_path, raw), "no words")


def test_a_file_of_twenty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(4 * LARGEST)
    assert "20.0 MB" in str(refused(path, "too large").value)


@pytest.mark.parametrize(
    "raw",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"%PDF-1.7\x01\x02\x03 text", bytes(range(1, 256))],
)
def test_a_binary_file(tmp_path: Path, raw: bytes) -> None:
    refused(written(tmp_path, raw), "binary|encoding")


def test_an_encoding_that_is_not_read(tmp_path: Path) -> None:
    assert "UTF-16" in str(refused(written(tmp_path, TEXT.encode("utf-16")), "not text").value)
    refused(written(tmp_path, "Café à Noël, déjà vu.".encode("latin-1")), "encoding")


def test_damaged_text_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    raw = bytearray((TEXT * 40).encode())
    del raw[700]
    refused(written(tmp_path, bytes(raw)), "damaged")
