"""The command line: `goodword`, or `python -m chalicelib.cli`. Exit codes: 0 done, 1 failed, 2 misused."""

import logging
import os
import sys
from collections.abc import Sequence

from chalicelib.cli.parser import build_parser
from chalicelib.config import ConfigError
from chalicelib.domain.errors import GoodwordError, InvalidInput

__all__ = ["build_parser", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    from chalicelib.local.engine import EngineError

    try:
        if options.command is None:
            from chalicelib.local.run import run

            return run()
        if getattr(options, "stage", None) is not None:
            from chalicelib.cli.stages import stage_doctor

            return stage_doctor(options)
        from chalicelib.local.opened import program_for_a_command

        with program_for_a_command(whole_table=options.whole_table, alone=options.alone) as program:
            code = int(options.command(program, options))
        sys.stdout.flush()
    except InvalidInput as error:
        for refused in error.errors:
            print(f"{refused.field}: {refused.message}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough; at its end the interpreter would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (GoodwordError, ConfigError, EngineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    else:
        return code
