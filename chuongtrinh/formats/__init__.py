"""Our own formats, named by FORMAT_MODULE_PATH."""
