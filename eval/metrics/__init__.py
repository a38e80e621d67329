"""One axis per file; each takes texts and returns figures. None of them knows arms or files."""
