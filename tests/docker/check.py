#!/usr/bin/env python3
"""What docker/ promises is true of the program: each path, binary, port, command and variable that the files name.

No engine is needed: the files are parsed, and the commands of the image are run with the image's environment, the
port and the folder replaced.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path
from urllib.parse import urlsplit

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import binary, environment  # noqa: E402
from support.waiting import wait_until  # noqa: E402

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
UP_SECONDS = 30


def instructions(dockerfile):
    """The instructions of a Dockerfile, by stage: `[[(NAME, argument), …], …]`."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile, flags=re.MULTILINE)
    stages = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        name, _, argument = line.strip().partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, argument.strip()))
    return stages


def only(stage, name):
    [argument] = [argument for given, argument in stage if given == name]
    return argument


def image_environment(stage):
    pairs = [pair for name, argument in stage if name == "ENV" for pair in shlex.split(argument)]
    return dict(pair.split("=", 1) for pair in pairs)


def known_variables():
    """The environment variables that `rejoinder serve --help` names."""
    done = subprocess.run([binary(), "serve", "--help"], capture_output=True, text=True, check=True, env=environment())
    return set(re.findall(r"\bREJOINDER_[A-Z_]+", done.stdout))


class Image(unittest.TestCase):
    def setUp(self):
        self.build, self.image = instructions((DOCKER / "Dockerfile").read_text())
        self.environment = image_environment(self.image)

    def test_binary_is_the_one_that_cargo_builds(self):
        package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["name"]
        command = only(self.build, "RUN")
        self.assertIn(f"--bin {package}", command)
        built = re.search(rf"cp target/release/{package} (\S+)", command).group(1)
        source, target = re.fullmatch(r"--from=build (\S+) (\S+)", only(self.image, "COPY")).groups()
        self.assertEqual(source, built)
        self.assertEqual(Path(target).parent, Path("/usr/local/bin"), "a folder of the image's PATH")
        self.assertEqual(json.loads(only(self.image, "ENTRYPOINT")), [Path(target).name])
        self.assertEqual(Path(binary()).name, Path(target).name)

    def test_build_has_what_cargo_wants(self):
        self.assertEqual(only(self.build, "COPY"), ". .")
        ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
        manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
        declared = [target.get("path") for kind in ("bin", "bench", "test", "example") for target in manifest.get(kind, [])]
        for path in ["Cargo.toml", "Cargo.lock", "src/main.rs", "migrations", *filter(None, declared)]:
            self.assertTrue((ROOT / path).exists(), path)
            self.assertFalse(any(path == entry or path.startswith(entry + "/") for entry in ignored), f"{path} is ignored")

    def test_image_runs_without_root_and_owns_its_data(self):
        user, group = only(self.image, "USER").split(":")
        self.assertTrue(int(user) > 0 and int(group) > 0)
        prepared = only(self.image, "RUN")
        for part in (f"--owner={user}", f"--group={group}", only(self.image, "VOLUME")):
            self.assertIn(part, prepared.split())

    def test_binary_brings_what_the_small_image_lacks(self):
        """Debian's slim image has neither time zones nor certificate authorities, and no package is added."""
        self.assertFalse(any("apt-get" in argument for name, argument in self.image if name == "RUN"))
        program = Path(binary()).read_bytes()
        for part in (b"Europe/Berlin", b"ISRG Root X1"):
            self.assertIn(part, program)

    def test_variables_ports_and_folders_agree(self):
        self.assertLessEqual(set(self.environment), known_variables())
        self.assertEqual(self.environment["REJOINDER_LISTEN"], f"0.0.0.0:{only(self.image, 'EXPOSE')}")
        self.assertEqual(self.environment["REJOINDER_DATA"], only(self.image, "VOLUME"))

    def test_command_serves_and_health_check_tells_whether_it_does(self):
        entry, command = json.loads(only(self.image, "ENTRYPOINT")), json.loads(only(self.image, "CMD"))
        health = json.loads(re.search(r"CMD (\[.*\])", only(self.image, "HEALTHCHECK")).group(1))
        self.assertEqual(health[0], entry[0])
        with tempfile.TemporaryDirectory(prefix="rejoinder-image-") as folder:
            address = f"127.0.0.1:{processes.free_port()}"
            settings = environment(**self.environment | {"REJOINDER_LISTEN": address, "REJOINDER_DATA": folder})

            def healthy():
                run = subprocess.run([binary(), *health[1:]], env=settings, capture_output=True, check=False, timeout=UP_SECONDS)
                return run.returncode == 0

            self.assertFalse(healthy(), "nothing serves yet")
            server = subprocess.Popen(
                [binary(), *command], env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                wait_until(healthy, UP_SECONDS, "the health check is content")
            finally:
                processes.stop(server)
            self.assertEqual(server.returncode, 0, "SIGTERM, the image's stop signal, ends it in order")
            self.assertFalse(healthy(), "it has stopped")


class Compose(unittest.TestCase):
    def setUp(self):
        image = instructions((DOCKER / "Dockerfile").read_text())[1]
        self.port, self.data = only(image, "EXPOSE"), only(image, "VOLUME")
        self.files = {path.name: yaml.safe_load(path.read_text()) for path in DOCKER.glob("compose*.yaml")}

    def services(self):
        """Each file with its service `rejoinder`."""
        return [(file, file["services"]["rejoinder"]) for file in self.files.values()]

    def test_both_files_are_there(self):
        self.assertEqual(set(self.files), {"compose.yaml", "compose.postgres.yaml"})

    def test_the_image_is_built_from_this_repository(self):
        for _, service in self.services():
            context = (DOCKER / service["build"]["context"]).resolve()
            self.assertEqual(context, ROOT)
            self.assertTrue((context / service["build"]["dockerfile"]).is_file())

    def test_ports_and_volumes_are_those_of_the_image(self):
        for file, service in self.services():
            self.assertEqual([port.split(":")[-1] for port in service["ports"]], [self.port])
            self.assertTrue(all(port.startswith("127.0.0.1:") for port in service["ports"]))
            self.assertIn(self.data, [volume.split(":")[1] for volume in service["volumes"]])
            named = {volume.split(":")[0] for each in file["services"].values() for volume in each["volumes"]}
            self.assertEqual(named, set(file["volumes"]))

    def test_variables_are_known_to_the_program(self):
        known = known_variables()
        for _, service in self.services():
            self.assertLessEqual(set(service["environment"]), known)

    def test_services_that_are_waited_for_exist_and_tell_their_health(self):
        for file, service in self.services():
            for name in service.get("depends_on", {}):
                self.assertIn("healthcheck", file["services"][name])

    def test_the_database_address_is_that_of_the_database_service(self):
        file = self.files["compose.postgres.yaml"]
        database = file["services"]["postgres"]["environment"]
        password = database["POSTGRES_PASSWORD"]
        address = file["services"]["rejoinder"]["environment"]["REJOINDER_DATABASE_URL"]
        self.assertIn(f":{password}@", address)
        url = urlsplit(address.replace(password, "secret"))
        self.assertEqual((url.scheme, url.username, url.path[1:]), ("postgres", database["POSTGRES_USER"], database["POSTGRES_DB"]))
        self.assertEqual((url.hostname, url.port), ("postgres", 5432))
        self.assertTrue(password.startswith("${POSTGRES_PASSWORD:?"), "no password stands in the file")


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
