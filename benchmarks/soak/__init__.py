"""What becomes of a lesson when a part of the product dies, stands still or is lied to: `make soak`.

Each scenario is one lesson of its own, held on what `make run` starts in a folder of its own. Twelve
students and a teacher (`benchmarks.client`) are at work, the fault happens, everybody is read again, and the
same checks (`checks.CHECKS`) are made after every fault.

To add one, write a file in `scenarios/` with `SCENARIOS`, a tuple of `Scenario`, and name the file in
`scenarios/__init__.py`. Its `fault(scene)` does the harm and returns once what it broke is whole again: from
then on the seconds are counted. The lesson, its rows and the install (its processes, logs, start and stop)
hang on the scene. What a scenario needs beyond that (other settings of the programs, students behind a
network of their own, rights that one may lack, its own checks) are fields of `Scenario`.
"""
