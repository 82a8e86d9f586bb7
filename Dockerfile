# Two stages: the first makes the environment, the second holds only what runs.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock .
# Byte code is written now: the running container cannot write it, and would compile at every start.
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes -r requirements.lock \
    && /venv/bin/pip uninstall --yes pip \
    && python -m compileall -q /venv/lib

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WORTMELDUNG_DATA_DIR=/data
RUN groupadd --system --gid 10001 wortmeldung \
    && useradd --system --uid 10001 --gid wortmeldung --home-dir /nonexistent --shell /usr/sbin/nologin wortmeldung \
    && install --directory --owner=wortmeldung --group=wortmeldung --mode=0700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY moderation moderation
COPY models models
COPY service service
COPY widget/dist widget/dist
RUN python -m compileall -q moderation models service
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["python", "-m", "service"]
CMD ["serve", "--host", "0.0.0.0"]
