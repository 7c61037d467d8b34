# Everything that people and CI do with the project. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run demo test bench check vendor lock
.DELETE_ON_ERROR:

PORT ?= 8000
VAR_DIR ?= var
DEMO_DIR := var/demo
PYTHON ?= python3
export VAR_DIR

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --quiet --numprocesses 2 --dist worksteal
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
# A throw-away office for commands that only look at the code.
LOOK := VAR_DIR=$$(mktemp -d) DATABASE_URL=sqlite://:memory: ALLOWED_HOSTS=van-phong.example LOCAL_HTTP=false \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')

help: ## Liệt kê các lệnh
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp $(VAR_DIR)/.env ## Chạy thử trên máy này (đổi cổng: make run PORT=8001; dữ liệu nằm ở var/)
	@LOCAL_HTTP=true $(BIN)/python manage.py serve --setup --port $(PORT)

demo: .venv/run.stamp $(DEMO_DIR)/.env ## Chạy với dữ liệu minh họa, tách riêng ở var/demo (ngày cuối: make demo UNTIL=2026-11-23)
	@LOCAL_HTTP=true VAR_DIR=$(DEMO_DIR) $(BIN)/python manage.py serve --setup --sample --until "$(UNTIL)" --port $(PORT)

test: .venv/dev.stamp ## Chạy mọi kiểm thử: SQLite, PostgreSQL, rồi trình duyệt (nếu có Chromium)
	@echo "== SQLite"
	@$(PYTEST) --ignore tests/journeys
	@echo "== PostgreSQL"
	@TEST_DATABASE=postgres $(PYTEST) --ignore tests/journeys
	@echo "== Trình duyệt"
	@TEST_DATABASE=postgres $(PYTEST) tests/journeys

bench: .venv/dev.stamp ## Đo kỹ, mất vài phút: 200 lần kill -9 khi đang ghi trên mỗi cơ sở dữ liệu; số liệu ở var/bench.json
	@$(BIN)/python -m tests.bench

check: .venv/dev.stamp ## Như máy chủ kiểm tra: mã nguồn, kiểu, tầng import, migration, cấu hình, rồi make test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(BIN)/mypy
	@$(BIN)/lint-imports --quiet 2>/dev/null || $(BIN)/lint-imports
	@$(LOOK) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(LOOK) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test

vendor: .venv/dev.stamp ## Tải lại các tệp giao diện bên thứ ba (cần npm), ghi phiên bản và mã băm vào static/vendor
	@$(LOOK) $(BIN)/python manage.py vendor_frontend

lock: ## Khóa lại phiên bản thư viện (cần uv) sau khi sửa pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --group dev --output-file requirements-dev.lock pyproject.toml

# The environment is made once and again whenever a lock file changes.
define prepare
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Cần Python 3.11 trở lên. Hãy cài bản mới rồi chạy lại, hoặc chỉ rõ: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python thiếu mô-đun venv. Trên Debian, Ubuntu: sudo apt-get install python3-venv, rồi chạy lại." >&2; exit 1; }
	@echo "Đang chuẩn bị môi trường trong .venv (lần đầu mất khoảng một phút)…"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(PIP) $< || { echo "Không cài được thư viện. Hãy kiểm tra kết nối mạng rồi chạy lại." >&2; exit 1; }
	@touch $@
endef

.venv/run.stamp: requirements.lock
	$(prepare)

.venv/dev.stamp: requirements-dev.lock
	$(prepare)

# A key of this machine's own, for a trial; a real office fills .env.example in.
define trial
	@mkdir -p $(@D)
	@umask 077; printf 'SECRET_KEY=%s\nALLOWED_HOSTS=127.0.0.1,localhost\n$(1)' \
		"$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))')" > $@
endef

ifneq ($(VAR_DIR),$(DEMO_DIR))
$(VAR_DIR)/.env:
	$(call trial,)
endif

$(DEMO_DIR)/.env:
	$(call trial,SAMPLE_DATA=true\n)
