"""`python -m service …`: loads what the commands need, without waste, and runs one."""

import gc
import sys

if __name__ == "__main__":
    # Imports make three hundred thousand objects and no garbage: to look for some takes a tenth of the start.
    gc.disable()
    # Wherever it is installed, structlog brings rich along, for traces in colour: JSON lines have none.
    # Uvicorn does so with watchfiles, for a reload that nobody asks for here.
    for needless in ("rich", "watchfiles"):
        sys.modules.setdefault(needless, None)  # type: ignore[arg-type]  # how Python says that it is not to be had
    if sys.argv[1:2] == ["serve"]:
        # Whoever serves does without the other commands, and without what only they need.
        from service.commands.serve import main
    else:
        from service.command_line import main

    gc.freeze()
    gc.enable()
    main()
