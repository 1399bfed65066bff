"""Copies 60 cells of the test part, small files: from Barcelona six of each type, from Munich four blasts and two neutrophils.

cells.py OPEN SPLIT PLACE
"""
import csv, json, os, random, shutil, sys

# As the red cells of the training images say.
SCALE = {"Barcelona": "0.0993", "Munich": "0.0715"}

data, split, place = sys.argv[1:]
with open(os.path.join(data, "manifest.csv"), newline="") as f:
    rows = {row["file"]: row for row in csv.DictReader(f)}
with open(split) as f:
    test = sorted(json.load(f)["parts"]["test"])
types = {}
for file in test:
    row = rows[file]
    types.setdefault((row["label"], row["laboratory"]), []).append(file)
wanted = {("Blast", "Munich"): 4, ("Segmented_neutrophil", "Munich"): 2}
drawn = random.Random(1)
chosen = []
for key in sorted(types):
    small = sorted(types[key], key=lambda file: (os.path.getsize(os.path.join(data, file)), file))
    small = sorted(small[: max(6, len(small) // 8)])
    chosen += drawn.sample(small, wanted.get(key, 6))
chosen.sort()
for folder in ("pbc", "lmu"):
    shutil.rmtree(os.path.join(place, folder), ignore_errors=True)
for file in chosen:
    os.makedirs(os.path.dirname(os.path.join(place, file)), exist_ok=True)
    shutil.copyfile(os.path.join(data, file), os.path.join(place, file))
shutil.copyfile(os.path.join(data, "taxonomy.json"), os.path.join(place, "taxonomy.json"))
with open(os.path.join(place, "manifest.csv"), "w", newline="\n") as f:
    f.write("file,label,laboratory,micrometres_per_pixel\n")
    f.writelines(
        "%s,%s,%s,%s\n" % (file, rows[file]["label"], rows[file]["laboratory"], SCALE[rows[file]["laboratory"]])
        for file in chosen)
with open(os.path.join(place, "files.txt"), "w", newline="\n") as f:
    f.writelines(file + "\n" for file in ["ATTRIBUTION.txt", "manifest.csv", "taxonomy.json"] + chosen)
