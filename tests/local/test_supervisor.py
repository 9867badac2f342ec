import configparser
import shlex
from pathlib import Path

from classroom.local.supervisor import PRODUCT, SERVERS, Program, configuration

PROGRAMS = [
    Program("postgres", ["/path with space/postgres", "-D", "100%/data"], SERVERS, stop_signal="INT"),
    Program("web", ["/path with space/python", "-m", "uvicorn"], extra=("user=nobody",)),
]


def parsed(as_root: bool = False) -> configparser.RawConfigParser:
    text = configuration(
        PROGRAMS, logs=Path("/a b/log"), run=Path("/a b/run"), socket=Path("/tmp/s.sock"), as_root=as_root
    )
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


def test_a_command_survives_spaces_and_percent_signs() -> None:
    command = parsed()["program:postgres"]["command"]
    assert shlex.split(command.replace("%%", "%")) == PROGRAMS[0].command


def test_the_servers_stop_after_everything_that_uses_them() -> None:
    groups = parsed()
    assert int(groups[f"group:{SERVERS}"]["priority"]) < int(groups[f"group:{PRODUCT}"]["priority"])


def test_every_program_comes_back_and_rotates_its_log() -> None:
    for program in PROGRAMS:
        section = parsed()[f"program:{program.name}"]
        assert section["autorestart"] == "true"
        assert section["stdout_logfile_maxbytes"] == "10MB"


def test_a_program_may_run_as_another_user() -> None:
    assert parsed()["program:web"]["user"] == "nobody"
    assert "user" not in parsed()["program:postgres"]


def test_running_as_root_is_said_to_be_meant() -> None:
    assert parsed(as_root=True)["supervisord"]["user"] == "root"
    assert "user" not in parsed(as_root=False)["supervisord"]
