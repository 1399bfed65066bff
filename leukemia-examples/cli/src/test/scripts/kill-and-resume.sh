#!/usr/bin/env bash
# Kills a training with SIGKILL at random moments, resumes it each time, and compares the final
# weights with those of a run that was left alone. From the repository's root, after `mvn package`:
#
#   leukemia-examples/cli/src/test/scripts/kill-and-resume.sh [KILLS] [EPOCHS]
#
# 20 kills and 60 epochs by default. Exits with 0 if every stage's weights are the same.
set -euo pipefail

kills=${1:-20}
epochs=${2:-60}
jar=leukemia-examples/cli/target/leukemia-cli.jar
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export TF_CPP_MIN_LOG_LEVEL=3

# An array and no function: what is killed in the background must be the JVM and not a shell.
train=(java -jar "$jar" train --data "$place/cells" --size 32 --epochs "$epochs" --resume --out)

weights() {
  (cd "$1" && find . -name saved_model.pb | LC_ALL=C sort | xargs sha256sum)
}

cat > "$place/Cells.java" << 'JAVA'
class Cells {
  public static void main(String[] args) throws java.io.IOException {
    io.github.leukemia4j.synthetic.SyntheticSmear.builder()
        .imageSize(32)
        .cellsPerLabel(40)
        .build()
        .write(java.nio.file.Path.of(args[0]));
  }
}
JAVA
java -cp "$jar" "$place/Cells.java" "$place/cells"

began=$SECONDS
"${train[@]}" "$place/alone" > "$place/alone.log" 2>&1 || { tail -n 20 "$place/alone.log"; exit 1; }
lasted=$((SECONDS - began))
echo "left alone: $lasted s"

killed=0
while [ "$killed" -lt "$kills" ]; do
  "${train[@]}" "$place/killed" > "$place/killed.log" 2>&1 &
  child=$!
  # At a random moment, from the start of the JVM to the end of most of a run.
  sleep "$(awk -v lasted="$lasted" -v seed="$RANDOM" 'BEGIN { srand(seed); print 1 + rand() * lasted * 0.9 }')"
  if kill -KILL "$child" 2> /dev/null; then
    killed=$((killed + 1))
    state=$(find "$place" -type f -path "*killed*" -name '*.checkpoint' -printf '%f ' | sort)
    echo "kill $killed: checkpoints ${state:-none}"
  fi
  wait "$child" 2> /dev/null || true
  if [ -d "$place/killed" ]; then
    echo "finished after $killed kills; begins anew"
    diff <(weights "$place/alone") <(weights "$place/killed")
    rm -rf "$place/killed"
  fi
done
"${train[@]}" "$place/killed" > "$place/killed.log" 2>&1 || { tail -n 20 "$place/killed.log"; exit 1; }
weights "$place/alone"
diff <(weights "$place/alone") <(weights "$place/killed")
echo "after $killed kills the weights are the same"
