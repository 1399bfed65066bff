#!/usr/bin/env bash
# A standalone cluster of Apache Spark on one machine, of the jars alone: a master and workers, each a process of its own.
#
#   standalone.sh start  DIR CLASSPATH [WORKERS [CORES [MEMORY]]]   starts it; DIR must be new, and gets logs and process ids
#   standalone.sh submit DIR OPTION... JAR ARGUMENT...              runs spark-submit on it
#   standalone.sh kill   DIR N                                      kills worker N, from 1, and its executors at once
#   standalone.sh stop   DIR                                        stops what runs
#
# CLASSPATH lists Spark's jars, such as Maven gives them:
#   mvn -q dependency:build-classpath -DincludeScope=provided -Dmdep.outputFile=FILE -pl leukemia-examples/spark
# Two workers of one core and 2g each unless told otherwise. Everything listens on 127.0.0.1 alone.
set -euo pipefail

fail() { echo "$1" >&2; exit 1; }
[ $# -ge 2 ] || fail "Two arguments are needed, a command and a directory: see the head of $0."
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
export SPARK_HOME=$dir/home SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13

opens() {
  local package
  for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent java.util.concurrent.atomic \
    sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
    printf -- '--add-opens=java.base/%s=ALL-UNNAMED ' "$package"
  done
  printf -- '--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED'
}

# Starts a daemon by its name and waits until its log has a line that matches.
daemon() {
  local name=$1 line=$2
  shift 2
  # shellcheck disable=SC2046
  nohup "$java" -Xmx512m $(opens) -cp "$SPARK_HOME/jars/*" "$@" > "$dir/$name.log" 2>&1 < /dev/null &
  local pid=$!
  echo "$pid" > "$dir/$name.pid"
  local waited
  for waited in $(seq 600); do
    if grep -q "$line" "$dir/$name.log"; then return; fi
    kill -0 "$pid" 2> /dev/null || fail "$name ended: $(tail -5 "$dir/$name.log")"
    sleep 0.2
  done
  fail "$name must be up within two minutes; it is not. See $dir/$name.log."
}

case $command in
  start)
    [ $# -ge 1 ] || fail "The class path of Spark must be given."
    [ ! -e "$dir/master.pid" ] || fail "$dir must be new; a cluster was started in it."
    mkdir -p "$SPARK_HOME/jars"
    IFS=: read -ra jars <<< "$1"
    for jar in "${jars[@]}"; do
      case $jar in *.jar) ln -s "$jar" "$SPARK_HOME/jars/" ;; esac
    done
    daemon master 'Starting Spark master at spark://' org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
    url=$(grep -o 'spark://[0-9.:]*' "$dir/master.log" | head -1)
    for n in $(seq "${2:-2}"); do
      daemon "worker-$n" 'Successfully registered with master' org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 \
        --cores "${3:-1}" --memory "${4:-2g}" --work-dir "$dir/work-$n" "$url"
    done
    echo "$url" > "$dir/url"
    echo "$url"
    ;;
  submit)
    arguments=()
    while IFS= read -r -d '' argument; do arguments+=("$argument"); done < <(
      "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit --master "$(cat "$dir/url")" \
        --conf spark.driver.host=127.0.0.1 --conf spark.ui.enabled=false "$@")
    # What goes before the command ends with a line of its own.
    while [ ${#arguments[@]} -gt 0 ] && [[ ${arguments[0]} != *java ]]; do arguments=("${arguments[@]:1}"); done
    [ ${#arguments[@]} -gt 0 ] || fail "spark-submit did not say how to start; check its options: $*"
    exec "${arguments[0]#$'\n'}" "${arguments[@]:1}"
    ;;
  kill)
    pid=$(cat "$dir/worker-$1.pid")
    # shellcheck disable=SC2046
    kill -9 "$pid" $(pgrep -P "$pid") 2> /dev/null || true
    ;;
  stop)
    for file in "$dir"/worker-*.pid "$dir/master.pid"; do
      [ -e "$file" ] || continue
      kill "$(cat "$file")" 2> /dev/null || true
      rm "$file"
    done
    ;;
  *) fail "The command must be start, submit, kill or stop; found $command." ;;
esac
