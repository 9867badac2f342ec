"""docs/operations/kubernetes: Kubernetes takes it, and it starts the product that Compose starts."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from classroom.local import dockerfile, programs
from tests.local.test_deployment import SERVICES, options

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "operations" / "kubernetes"
VERSIONS = ("1.30", "1.37")
FILES = sorted(FOLDER.glob("*.yaml"))
THINGS: list[dict[str, Any]] = [one for file in FILES for one in yaml.safe_load_all(file.read_text())]
NAMES = [f"{one['kind']}-{one['metadata']['name']}" for one in THINGS]


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in THINGS if one["kind"] in kinds}


PODS = {name: one["spec"]["template"]["spec"] for name, one in of_kind("Deployment", "Job").items()}
LABELS = {
    name: one["spec"]["template"]["metadata"]["labels"] for name, one in of_kind("Deployment", "Job").items()
}
PRODUCT = {name: pod for name, pod in PODS.items() if LABELS[name].get("of") == "product"}
SETTINGS: dict[str, str] = of_kind("ConfigMap")["settings"]["data"]


def container(name: str) -> dict[str, Any]:
    (only,) = PODS[name]["containers"]
    return only


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("thing", THINGS, ids=NAMES)
def test_kubernetes_takes_it(thing: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(thing, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_refused() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"prots": []}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_every_part_of_the_product_but_the_demonstration_is_there() -> None:
    parts = {name for name, service in SERVICES.items() if "build" in service} - {"simulator"}
    assert set(PRODUCT) == parts
    assert set(PODS) == parts | {"redis", "pgbouncer"}
    assert {one["metadata"].get("namespace", "classpulse") for one in THINGS} == {"classpulse"}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_restricted_and_writes_to_memory_alone(name: str) -> None:
    pod, it = PODS[name], container(name)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert it["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    kinds = [set(volume) - {"name"} for volume in pod["volumes"]]
    assert all(kind <= {"emptyDir", "secret", "configMap"} for kind in kinds)
    memory = [volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume]
    assert [(one["medium"], "sizeLimit" in one) for one in memory] == [("Memory", True)]
    assert "/tmp" in [mount["mountPath"] for mount in it["volumeMounts"]]
    assert it["command"][:2] == ["sh", "-c"] and it["command"][2].startswith("ulimit -c 0")
    assert it["resources"]["limits"]["memory"]


def test_the_namespace_refuses_what_is_not_restricted() -> None:
    labels = of_kind("Namespace")["classpulse"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_secret_is_a_value_and_each_file_that_is_named_is_one_that_the_page_makes() -> None:
    assert not of_kind("Secret")
    assert not [name for name in SETTINGS if re.search(r"(SECRET_KEY|PASSWORD|TOKEN)$", name)]
    page = (FOLDER / "README.md").read_text()
    made = {"secret_key", "postgres_password", "redis_password"} | set(re.findall(r"> secrets/(\w+)", page))
    assert {
        value.removeprefix("/run/secrets/") for name, value in SETTINGS.items() if "_FILE" in name
    } == made
    assert all("env" not in container(name) for name in PODS)


def test_the_product_starts_with_these_settings(tmp_path: Path) -> None:
    for name in ("secret_key", "postgres_password", "redis_password", "metrics_token"):
        (tmp_path / name).write_text(f"content of the file {name}, a secret")
    environment = {name: value.replace("/run/secrets", str(tmp_path)) for name, value in SETTINGS.items()}
    shown = "from classroom import settings as s; d = s.DATABASES['default']; print(d['HOST'], d['PASSWORD'])"
    done = subprocess.run(
        [sys.executable, "-c", shown],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("pgbouncer content of the file postgres_password, a secret")


def test_the_web_server_is_the_images_own() -> None:
    image = dockerfile.read((ROOT / "Dockerfile").read_text())[-1]
    assert container("web")["args"] == image.command


@pytest.mark.parametrize("queue", ["snapshots", "reports"])
def test_a_worker_is_the_same_as_on_one_machine(queue: str) -> None:
    name = f"worker-{queue}"
    found, local = options(container(name)["args"]), options(programs.worker(queue, 1))
    for option in ("--pool", "--prefetch-multiplier", "--without-gossip", "--without-mingle"):
        assert found[option] == local[option]
    cores = container(name)["resources"]["requests"]["cpu"]
    assert found["--concurrency"] == cores, "one process a core"


def test_redis_is_the_one_of_compose_and_persists_nothing() -> None:
    assert container("redis")["image"] == SERVICES["redis"]["image"]
    assert container("redis")["command"][2] == "ulimit -c 0\n" + SERVICES["redis"]["command"][2]


def test_web_is_ready_by_readyz_and_alive_by_healthz() -> None:
    web = container("web")
    assert web["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz"
    host = {one["name"]: one["value"] for one in web["readinessProbe"]["httpGet"]["httpHeaders"]}["Host"]
    assert host in SETTINGS["ALLOWED_HOSTS"].split(",")


def test_a_web_server_has_the_time_to_let_its_sockets_go() -> None:
    web = container("web")
    (_, before) = web["lifecycle"]["preStop"]["exec"]["command"]
    patience = options(web["args"])["--timeout-graceful-shutdown"]
    assert PODS["web"]["terminationGracePeriodSeconds"] > int(before) + int(patience)


def test_workers_are_as_many_as_the_age_of_what_waits_asks_for() -> None:
    scaler = of_kind("HorizontalPodAutoscaler")["worker-snapshots"]["spec"]
    (metric,) = scaler["metrics"]
    assert scaler["scaleTargetRef"]["name"] == "worker-snapshots"
    assert metric["external"]["metric"]["name"] == "classpulse_oldest_due_seconds"
    assert "replicas" not in of_kind("Deployment")["worker-snapshots"]["spec"], "two would decide"
    assert "classpulse_oldest_due_seconds" in (ROOT / "classroom" / "views" / "metrics.py").read_text()


def test_there_is_never_a_second_beat() -> None:
    beat = of_kind("Deployment")["beat"]["spec"]
    assert beat["replicas"] == 1
    assert beat["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("kind", ["Service", "NetworkPolicy", "PodDisruptionBudget"])
def test_whom_it_chooses_is_there(kind: str) -> None:
    for name, one in of_kind(kind).items():
        spec = one["spec"]
        chosen = spec.get("podSelector", spec.get("selector", {}))
        wanted = chosen.get("matchLabels", chosen if kind == "Service" else {}).items()
        assert any(wanted <= labels.items() for labels in LABELS.values()), name


def test_nobody_reaches_or_is_reached_but_by_name() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    open_ends = [
        peers
        for one in policies.values()
        for way, key in (("ingress", "from"), ("egress", "to"))
        for rule in one["spec"].get(way, [])
        if not (peers := rule.get(key))
    ]
    assert open_ends == []


def test_the_page_names_each_file() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [file.name for file in FILES if f"`{file.name}`" not in page] == []
