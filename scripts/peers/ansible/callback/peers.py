"""Prints the outcome of each task as a line of JSON on standard output, as run_tests.py does of each test."""

import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: peers
type: stdout
short_description: one line of JSON per task
description: Read by ansible-suite.ts.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'peers'

    def v2_playbook_on_play_start(self, play):
        self._play = play.get_name()

    def v2_runner_on_ok(self, result):
        self._print(result, 'passed')

    def v2_runner_on_skipped(self, result):
        self._print(result, 'skipped')

    def v2_runner_on_unreachable(self, result):
        self._print(result, 'failed')

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._print(result, 'failed')

    def _print(self, result, outcome):
        known = result._result
        words = '' if outcome == 'passed' else known.get('msg') or f'answered {json.dumps(known, default=str)}'
        name = f'{self._play} {result._task.get_name()}'
        line = {'id': name, 'outcome': outcome, 'words': ' '.join(str(words).split())[:300]}
        print(json.dumps(line), flush=True)
