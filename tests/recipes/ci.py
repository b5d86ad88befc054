"""Runs the steps of CI files that stand in the document: those of GitHub and of GitLab."""

import importlib.util

INSTALLS = "cargo install"


def steps(name, jobs):
    """The shell commands of a CI file, in order; how logsieve gets there is not one of them."""
    if name == ".gitlab-ci.yml":
        scripts = [job["script"] for job in jobs.values() if "script" in job]
    else:
        jobs = jobs["jobs"].values()
        scripts = [[step["run"]] for job in jobs for step in job["steps"] if "run" in step]
    scripts = [[line for line in script if not line.startswith(INSTALLS)] for script in scripts]
    return ["\n".join(script) for script in scripts if script]


def check(path, place, wrong):
    """Runs what `path` says, if it is a CI file."""
    is_ci = path.name == ".gitlab-ci.yml" or path.parent.name == "workflows"
    if not is_ci:
        return
    if importlib.util.find_spec("yaml") is None:
        print(f"SKIPPED steps of {path.name}: there is no PyYAML")
        return
    import yaml

    found = steps(path.name, yaml.safe_load(path.read_text()))
    if not found:
        raise wrong(f"{path.name} has no steps")
    for step in found:
        ran = place.run(step)
        if ran.returncode != 0:
            raise wrong(f"a step of {path.name} ended with {ran.returncode}:\n{ran.stdout}")
