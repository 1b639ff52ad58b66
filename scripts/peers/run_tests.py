"""Runs the tests of installed packages and prints each as a line of JSON on standard output.

Usage: run_tests.py PACKAGE_OR_MODULE ..., by dotted names.
"""

import importlib
import json
import os
import sys
import sysconfig
import unittest

# Tests write to standard output, too.
lines = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)


class Result(unittest.TestResult):
    def _print(self, test, outcome, words=''):
        words = words.strip().split('\n')
        line = next((text for text in reversed(words) if text.strip(' ^|}')), '')
        print(json.dumps({'id': test.id(), 'outcome': outcome, 'words': line[:300]}), file=lines, flush=True)

    def addSuccess(self, test):
        self._print(test, 'passed')

    def addFailure(self, test, err=None, details=None):
        self._print(test, 'failed', self._text(test, err, details))

    addError = addFailure

    def addSkip(self, test, reason=None, details=None):
        self._print(test, 'skipped', reason or self._text(test, None, details))

    def _text(self, test, err, details):
        if err is not None:
            return self._exc_info_to_string(err, test)
        found = [details[name].as_text() for name in ('traceback', 'reason') if name in (details or {})]
        return found[0] if found else ''


def tests_of(name):
    loader = unittest.TestLoader()
    module = importlib.import_module(name)
    if not hasattr(module, '__path__'):
        return loader.loadTestsFromModule(module)
    return loader.discover(module.__path__[0], top_level_dir=sysconfig.get_paths()['purelib'])


unittest.TestSuite(tests_of(name) for name in sys.argv[1:]).run(Result())
