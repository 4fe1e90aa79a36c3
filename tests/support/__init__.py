"""What the live tests share: the program under test, a web of the test's own, the desk by HTTP.

Python's standard library only. The tests are plain `unittest` programs; `tests/run` starts them.
"""
