"""Catalogues of texts in other languages than English, and how texts are collected for them."""
