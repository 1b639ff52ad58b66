"""In a project of your own: pip install node_modules/tagway/clients/python, and no conftest.py is needed."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "clients" / "python"))
pytest_plugins = ["pytest_tagway"]
