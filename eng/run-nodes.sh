#!/usr/bin/env bash
# Starts a broker from the system's packages and N servers on it, on loopback, and stops all of it on exit.
# The connection strings have the names the AppHost uses, so what works here works there.
#
#   eng/run-nodes.sh redis|redis-sentinel|redis-cluster|nats|local N first-port [server arguments ...]
#
# KEEP_LOGS=1 keeps the directory with the logs. SOCKUDO_SERVER=/path/to/Sockudo.Server.dll skips the build.
set -euo pipefail

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[[ $# -ge 3 ]] || usage
kind=$1 count=$2 first_port=$3
shift 3
[[ $kind =~ ^(local|redis|redis-sentinel|redis-cluster|nats)$ && $count =~ ^[1-9][0-9]*$ && $first_port =~ ^[1-9][0-9]*$ ]] || usage
((first_port + count - 1 <= 65535)) || usage

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sockudo-nodes.XXXXXX")
chmod 700 "$work"
node_pids=() broker_pids=() metrics_ports=() taken=()

stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  # Nodes first: a server whose broker went away before it would report a fault on a normal stop.
  for pid in "${node_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${node_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for pid in "${broker_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${broker_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [[ -n ${KEEP_LOGS:-} ]]; then echo "Logs: $work"; else rm -rf "$work"; fi
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

fail() {
  echo "run-nodes: $1" >&2
  if [[ -n ${2:-} && -s $2 ]]; then tail -n 20 "$2" | sed 's/^/  /' >&2; fi
  exit 1
}

need() {
  command -v "$1" >/dev/null || PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || fail "$1 is missing: apt-get install $2"
}

# Sets free_port. Below the ephemeral range, so that no outgoing connection takes the port between the choice and the bind.
choose_port() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    free_port=$((RANDOM % 12000 + 20000))
    [[ " ${taken[*]} " == *" $free_port "* ]] && continue
    listens "$free_port" && continue
    taken+=("$free_port")
    return
  done
  fail "no free port between 20000 and 32000"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# until_true seconds what log command...
until_true() {
  local deadline=$((SECONDS + $1)) what=$2 log=$3
  shift 3
  until "$@"; do
    ((SECONDS < deadline)) || fail "$what was not up in time" "$log"
    sleep 0.1
  done
}

# A session of its own: Ctrl-C in the terminal must reach this script only, which knows the order.
start_broker() {
  local log=$1
  shift
  setsid "$@" >"$log" 2>&1 </dev/null &
  broker_pids+=("$!")
}

redis_reply() {
  local port=$1 text=$2
  shift 2
  redis-cli -h 127.0.0.1 -p "$port" --no-auth-warning "$@" 2>/dev/null | grep -q "$text"
}

# The sentinels themselves have no password.
quorum() { env -u REDISCLI_AUTH redis-cli -h 127.0.0.1 -p "$1" SENTINEL CKQUORUM mymaster 2>/dev/null | grep -q "^OK 3 usable"; }

# start_redis name port [line of the configuration ...]; the password stays out of the process list.
start_redis() {
  local name=$1 port=$2
  shift 2
  mkdir "$work/$name"
  {
    printf '%s\n' "port $port" "bind 127.0.0.1" "dir $work/$name" 'save ""' 'appendonly no'
    printf '%s\n' "requirepass $password" "masterauth $password" "$@"
  } >"$work/$name.conf"
  start_broker "$work/$name.log" redis-server "$work/$name.conf"
  until_true 15 "$name" "$work/$name.log" redis_reply "$port" PONG PING
}

start_broker_redis() {
  choose_port
  start_redis redis "$free_port"
  export ConnectionStrings__redis="127.0.0.1:$free_port,password=$password"
}

start_broker_redis_sentinel() {
  choose_port
  local master=$free_port replica hosts="" i
  start_redis redis-master "$master"
  choose_port
  replica=$free_port
  start_redis redis-replica "$replica" "replicaof 127.0.0.1 $master"
  for i in 1 2 3; do
    choose_port
    mkdir "$work/sentinel-$i"
    printf '%s\n' "port $free_port" "bind 127.0.0.1" "dir $work/sentinel-$i" \
      "sentinel monitor mymaster 127.0.0.1 $master 2" "sentinel auth-pass mymaster $password" \
      "sentinel down-after-milliseconds mymaster 2000" "sentinel failover-timeout mymaster 6000" >"$work/sentinel-$i.conf"
    start_broker "$work/sentinel-$i.log" redis-server "$work/sentinel-$i.conf" --sentinel
    hosts+="127.0.0.1:$free_port,"
  done
  until_true 30 "the sentinels' quorum" "$work/sentinel-3.log" quorum "$free_port"
  until_true 30 "the replica" "$work/redis-replica.log" redis_reply "$replica" master_link_status:up INFO replication
  export ConnectionStrings__redis="${hosts}serviceName=mymaster,password=$password"
}

start_broker_redis_cluster() {
  local nodes=() i bus
  for i in 1 2 3 4 5 6; do
    choose_port
    bus=$free_port
    choose_port
    start_redis "redis-$i" "$free_port" "cluster-enabled yes" "cluster-port $bus" "cluster-node-timeout 2000" \
      "cluster-announce-ip 127.0.0.1" "cluster-config-file nodes.conf"
    nodes+=("127.0.0.1:$free_port")
  done
  redis-cli --no-auth-warning --cluster create "${nodes[@]}" --cluster-replicas 1 --cluster-yes >"$work/cluster-create.log" 2>&1 ||
    fail "the cluster could not be made" "$work/cluster-create.log"
  for i in "${nodes[@]}"; do
    until_true 30 "the cluster" "$work/cluster-create.log" redis_reply "${i#*:}" cluster_state:ok CLUSTER INFO
  done
  export ConnectionStrings__redis="${nodes[0]},${nodes[1]},${nodes[2]},password=$password"
}

start_broker_nats() {
  choose_port
  printf '%s\n' "listen: \"127.0.0.1:$free_port\"" "authorization { user: nats, password: \"$password\" }" >"$work/nats.conf"
  start_broker "$work/nats.log" "$(PATH=$PATH:/usr/sbin command -v nats-server)" -c "$work/nats.conf"
  until_true 15 nats-server "$work/nats.log" listens "$free_port"
  export ConnectionStrings__nats="nats://nats:$password@127.0.0.1:$free_port"
}

ready() {
  local status
  kill -0 "$1" 2>/dev/null || fail "a node stopped while starting" "$3"
  status=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET /ready HTTP/1.0\r\n\r\n" >&3 && head -n 1 <&3' "$2" 2>/dev/null) || return 1
  [[ $status == *" 200 "* ]]
}

case $kind in
  redis*) need redis-server redis-server; need redis-cli redis-tools ;;
  nats) need nats-server nats-server ;;
esac
for ((i = 0; i < count; i++)); do
  if listens $((first_port + i)); then fail "port $((first_port + i)) is in use"; fi
done

server=${SOCKUDO_SERVER:-}
if [[ -z $server ]]; then
  echo "Building the server ..."
  dotnet build "$root/Sockudo.Server" -c Release -v q -nologo >"$work/build.log" 2>&1 || fail "the server does not build" "$work/build.log"
  server=$(dotnet msbuild "$root/Sockudo.Server" -getProperty:TargetPath -p:Configuration=Release)
fi

# What the user's shell says about brokers and listeners would win over what is started here.
unset SOCKUDO_SERVER ASPNETCORE_URLS HTTP_PORTS REDIS_URL NATS_SERVERS DATABASE_REDIS_HOST DATABASE_REDIS_PORT REDIS_CLUSTER_NODES DATABASE_REDIS_CLUSTER_NODES
password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
case $kind in
  redis*)
    export REDISCLI_AUTH=$password
    "start_broker_${kind//-/_}"
    unset REDISCLI_AUTH
    ;;
  nats) start_broker_nats ;;
  local) ((count == 1)) || echo "The local adapter knows no other node: these $count servers share nothing." ;;
esac

export ADAPTER_DRIVER=${kind/redis-sentinel/redis} HOST=127.0.0.1 METRICS_HOST=127.0.0.1
export ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}
cd "$work" # no config/config.json of the caller's directory
for ((i = 1; i <= count; i++)); do
  port=$((first_port + i - 1))
  # 6001 pairs with 9601, the defaults.
  metrics_port=$((port + 3600))
  if ((metrics_port > 65535)) || listens "$metrics_port"; then choose_port; metrics_port=$free_port; fi
  PORT=$port METRICS_PORT=$metrics_port INSTANCE_PROCESS_ID=node-$i setsid dotnet "$server" "$@" >"$work/node-$i.log" 2>&1 </dev/null &
  node_pids+=("$!")
  metrics_ports[i]=$metrics_port
done
for ((i = 1; i <= count; i++)); do
  port=$((first_port + i - 1))
  until_true 60 "node $i" "$work/node-$i.log" ready "${node_pids[i - 1]}" "$port" "$work/node-$i.log"
  echo "node-$i  http://127.0.0.1:$port  ws://127.0.0.1:$port/app/{key}  metrics http://127.0.0.1:${metrics_ports[i]}/metrics  pid ${node_pids[i - 1]}"
done
echo "Ready: $count x $kind, pid $$. Logs in $work. Ctrl-C stops everything."

set +e
wait -n "${node_pids[@]}"
status=$?
set -e
for ((i = 1; i <= count; i++)); do
  kill -0 "${node_pids[i - 1]}" 2>/dev/null || fail "node-$i stopped with exit code $status" "$work/node-$i.log"
done
