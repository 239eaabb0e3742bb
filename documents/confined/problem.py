"""What is wrong with a file, in one word."""


class Problem(Exception):
    """`word` is one of documents.sniffing.PROBLEMS; `where` the part of the file it was found in."""

    def __init__(self, word: str, where: str = "") -> None:
        super().__init__(word)
        self.word, self.where = word, where
