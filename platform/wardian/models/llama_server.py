"""A real small language model behind an OpenAI-compatible server, in a process of its own.

`python -m wardian.models.llama_server SPEC` (a `LlamaServer` as JSON) is what `base.child.ChildServer`
runs: it prints `{"url": ...}` when the model answers and ends when its stdin does.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

import orjson

from wardian.base.errors import ConfigError
from wardian.models.gguf import find_gguf, require_installed
from wardian.specs.models import LlamaServer
from wardian.specs.roster import Roster

__all__ = ["check_installed", "llama_argv", "main"]

TEMPLATE: Final = Path(__file__).with_name("chatml_tools.jinja")
BATCH_TOKENS: Final = 512
"""The other slots wait while one batch of a long prompt is read: about 4 s on one thread."""
PROMPT_CACHE_MIB: Final = 1024
"""Prompts set aside in memory when another task takes their slot; llama.cpp's own default is 8 GiB."""
WARNINGS: Final = 2


def llama_argv(spec: LlamaServer) -> list[str]:
    """What `ChildServer` shall run for `spec`.

    Raises:
        ConfigError: when the packages of the extra `local-llm` are not installed.
    """
    require_installed("xllamacpp")
    find_gguf(spec.package)
    return ["-m", "wardian.models.llama_server", spec.model_dump_json()]


def check_installed(job: Roster) -> None:
    """Make sure that the servers which the job's agents need can be started, before anything is.

    Raises:
        ConfigError: naming the server and what to install.
    """
    for name, server in sorted(job.own_servers.items()):
        try:
            if server.kind == "llamacpp":
                llama_argv(server)
        except ConfigError as error:
            raise ConfigError(f"servers.{name}: {error}") from None


def main(spec: LlamaServer) -> NoReturn:
    """Serve until stdin ends, which it does as well when the parent is killed."""
    # Ctrl-C reaches the whole process group, but the parent still needs answers while it drains.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _start(spec)
    sys.stdout.buffer.write(orjson.dumps({"url": server.listening_address}) + b"\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    # Not the server's destructor: it waits for the answers that it is still writing, up to minutes.
    os._exit(0)


def _start(spec: LlamaServer) -> Any:
    """The running server: it returns when the model is loaded, and listens on a free port of loopback."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(find_gguf(spec.package))
    # Without an alias every reply would name the model by its full path on this machine.
    parameters.model_alias = {Path(parameters.model.path).stem}
    parameters.port = 0
    parameters.n_parallel = spec.slots
    parameters.n_ctx = spec.slots * spec.context_tokens
    parameters.fit_params = False
    parameters.n_batch = BATCH_TOKENS
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = spec.threads
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    parameters.use_jinja = True
    parameters.chat_template = TEMPLATE.read_text()
    # Nothing but the job itself shall talk to it: no page of a browser, no view of other callers' prompts.
    parameters.cors_origins = ""
    parameters.endpoint_slots = parameters.ui = False
    parameters.verbosity = WARNINGS
    return xllamacpp.Server(parameters)


if __name__ == "__main__":
    main(LlamaServer.model_validate_json(sys.argv[1]))
