# Sourced by ./run and ./test: makes the virtual environment, or leaves it alone when nothing has changed.
# Usage: prepare LOCK_FILE. Afterwards $python is the environment's interpreter.

find_python() {
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$candidate" ] || continue
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Wortmeldung needs Python 3.11 or newer. On Debian: apt-get install python3 python3-venv" >&2
    exit 1
}

prepare() {
    lock=$1
    environment=.venv
    python=$environment/bin/python
    found=$(find_python) || exit 1
    wanted="$(cksum <"$lock") $lock $("$found" -V)"
    # The lock of ./test contains that of ./run, so an environment made for the tests serves both.
    if [ -x "$python" ] && [ -f "$environment/prepared" ] && grep -qxF "$wanted" "$environment/prepared"; then
        return
    fi
    if [ ! -x "$python" ]; then
        if ! "$found" -m venv "$environment" 2>"${TMPDIR:-/tmp}/wortmeldung-venv.log"; then
            rm -rf "$environment"
            echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    echo "Preparing $environment from $lock (once, one to two minutes) …" >&2
    if command -v uv >/dev/null 2>&1; then
        UV_COMPILE_BYTECODE=1 uv pip install --quiet --python "$python" --require-hashes -r "$lock" || exit 1
    else
        "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || exit 1
    fi
    # Byte code written once saves a second at every start.
    "$python" -m compileall -q "$environment/lib" >/dev/null 2>&1 || true
    [ "$lock" = requirements-dev.lock ] && echo "$(cksum <requirements.lock) requirements.lock $("$found" -V)" >"$environment/prepared"
    [ "$lock" = requirements.lock ] && : >"$environment/prepared"
    echo "$wanted" >>"$environment/prepared"
}
