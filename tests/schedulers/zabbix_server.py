"""A Zabbix server with PostgreSQL and the frontend, whose API does what an administrator would do by
hand."""

import glob
import gzip
import json
import os
import re
import subprocess
import time
import urllib.request

from host import as_user
from system import make_folder

FOLDER = "/srv/zabbix"
SQL = "/usr/share/zabbix-server-pgsql/"
PORT = 8080
URL = f"http://127.0.0.1:{PORT}/"

# Of the data that comes with Zabbix, what a server and a frontend cannot do without.
# The second line is of Zabbix 7.
TABLES = "role|users|usrgrp|users_groups|hstgrp|config|config_autoreg_tls|role_rule|regexps|" \
    "expressions|graph_theme|images|" \
    "ugset|ugset_group|user_ugset|module"

SERVER = f"""
ListenIP=127.0.0.1
SourceIP=127.0.0.1
LogType=file
LogFile={FOLDER}/server.log
PidFile={FOLDER}/server.pid
SocketDir={FOLDER}
DBHost={FOLDER}
DBName=zabbix
DBUser=zabbix
StartPollers=2
StartPollersUnreachable=1
StartTrappers=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartPreprocessors=1
StartTimers=1
StartEscalators=1
StartAlerters=1
StartDBSyncers=1
StartLLDProcessors=1
CacheUpdateFrequency=1
CacheSize=256M
ValueCacheSize=64M
Timeout=10
FpingLocation=/bin/false
"""

FRONTEND = f"""<?php
$DB['TYPE'] = 'POSTGRESQL'; $DB['SERVER'] = '{FOLDER}'; $DB['PORT'] = '0';
$DB['DATABASE'] = 'zabbix'; $DB['USER'] = 'zabbix'; $DB['PASSWORD'] = ''; $DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false; $DB['KEY_FILE'] = ''; $DB['CERT_FILE'] = ''; $DB['CA_FILE'] = '';
$DB['VERIFY_HOST'] = false; $DB['CIPHER_LIST'] = '';
$DB['VAULT_URL'] = ''; $DB['VAULT_DB_PATH'] = ''; $DB['VAULT_TOKEN'] = '';
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1'; $ZBX_SERVER_PORT = '10051';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""


class ApiError(RuntimeError):
    pass


def find_postgres():
    """The programs of the newest PostgreSQL here, which are in no PATH."""
    folders = glob.glob("/usr/lib/postgresql/*/bin/")
    return max(folders, key=lambda folder: float(folder.split("/")[4]))


def lines_of_tables(lines):
    """The statements that fill TABLES. Zabbix 7 has several lines in one."""
    inside = False
    for line in lines:
        inside = inside or bool(re.match(rf"INSERT INTO ({TABLES}) ", line))
        if inside:
            yield line
            inside = not line.endswith(");\n")


class ZabbixServer:
    def __init__(self, frontend):
        self.processes = []
        self.token = None
        self.postgres = find_postgres()
        make_folder(FOLDER, "zabbix")
        for folder in ("/run/zabbix", "/etc/zabbix"):
            os.makedirs(folder, exist_ok=True)
        with open("/etc/zabbix/zabbix.conf.php", "w") as file:
            file.write(FRONTEND)
        with open("/etc/zabbix/test-server.conf", "w") as file:
            file.write(SERVER)
        os.chmod("/etc/zabbix/test-server.conf", 0o644)
        self.frontend = frontend
        # The package's own link leads astray where it is not in its place.
        font = frontend + "/assets/fonts/DejaVuSans.ttf"
        os.remove(font)
        os.symlink("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", font)

    def start(self):
        # The frontend complains on every page where its language is not there.
        subprocess.run(["localedef", "-i", "en_US", "-f", "UTF-8", "en_US.UTF-8"],
                       stderr=subprocess.DEVNULL)
        self._run([self.postgres + "initdb", "-D", FOLDER + "/data", "-U", "zabbix", "-A", "trust", "-E",
                   "UTF8", "--no-sync"])
        self._popen([self.postgres + "postgres", "-D", FOLDER + "/data", "-c", "listen_addresses=", "-c",
                     "unix_socket_directories=" + FOLDER, "-c", "fsync=off", "-c",
                     "synchronous_commit=off", "-c", "full_page_writes=off"], "postgres")
        self._wait("PostgreSQL", lambda: subprocess.run(
            [self.postgres + "pg_isready", "-q", "-h", FOLDER]).returncode == 0)
        self.sql("postgres", "CREATE DATABASE zabbix")
        self.sql("zabbix", gzip.open(SQL + "schema.sql.gz", "rt").read())
        with gzip.open(SQL + "data.sql.gz", "rt") as file:
            self.sql("zabbix", "".join(lines_of_tables(file)))
        self._popen(["zabbix_server", "-f", "-c", "/etc/zabbix/test-server.conf"], "server")
        # As every web server's PHP, it keeps what it has compiled.
        self._popen(["php", "-d", "opcache.enable_cli=1", "-d", "post_max_size=64M", "-d",
                     "memory_limit=512M", "-d", "max_execution_time=300", "-d", "date.timezone=UTC",
                     "-S", f"127.0.0.1:{PORT}", "-t", self.frontend], "php")
        self._wait("the frontend", lambda: urllib.request.urlopen(URL + "robots.txt", timeout=2))
        self.version = tuple(int(part) for part in self.call("apiinfo.version").split("."))
        self.token = self.call("user.login", username="Admin", password="zabbix")

    def sql(self, database, text):
        done = subprocess.run(["psql", "-q", "-1" if database == "zabbix" else "-q", "-h", FOLDER,
                               "-U", "zabbix", "-v", "ON_ERROR_STOP=1", "-d", database],
                              input=text, text=True, capture_output=True, env=self._environment())
        if done.returncode != 0:
            raise ApiError(done.stderr[-500:])
        return done.stdout

    def call(self, method, /, *things, **parameters):
        """Some methods take a list: of numbers, or of things."""
        body = {"jsonrpc": "2.0", "method": method, "params": things or parameters, "id": 1}
        if self.token:
            body["auth"] = self.token
        request = urllib.request.Request(URL + "api_jsonrpc.php", json.dumps(body).encode(),
                                         {"Content-Type": "application/json-rpc"})
        with urllib.request.urlopen(request, timeout=180) as answer:
            result = json.load(answer)
        if "error" in result:
            raise ApiError(f"{method}: {result['error']}")
        return result["result"]

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    @staticmethod
    def _environment():
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}

    def _run(self, command):
        subprocess.run(command, check=True, cwd=FOLDER, env=self._environment(),
                       stdout=subprocess.DEVNULL, preexec_fn=as_user("zabbix"))

    def _popen(self, command, name):
        with open(f"/tmp/{name}.log", "wb") as log:
            self.processes.append(subprocess.Popen(
                command, cwd=FOLDER, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, preexec_fn=as_user("zabbix")))

    @staticmethod
    def _wait(name, ready, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if ready():
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"{name} does not answer")
