"""The page: a class or an office tries designs in the browser (``kubesim serve``)."""
