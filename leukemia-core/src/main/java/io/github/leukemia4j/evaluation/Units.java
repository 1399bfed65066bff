package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which samples belong together: those of one patient. A sample without patient stands alone.
 *
 * @param of the unit of each sample
 * @param count how many units there are
 * @param isPatient which units are patients
 * @param stratum of each unit, by the label that most of its samples have
 */
record Units(int[] of, int count, boolean[] isPatient, int[] stratum) {

  static Units of(List<ScoredSample> samples) {
    Map<String, Integer> known = new HashMap<>();
    int[] unit = new int[samples.size()];
    boolean[] isPatient = new boolean[samples.size()];
    int count = 0;
    int i = 0;
    for (ScoredSample sample : samples) {
      Integer place = sample.patient().map(known::get).orElse(null);
      if (place == null) {
        place = count++;
        if (sample.patient().isPresent()) {
          known.put(sample.patient().get(), place);
          isPatient[place] = true;
        }
      }
      unit[i++] = place;
    }
    return new Units(unit, count, Arrays.copyOf(isPatient, count), strata(samples, unit, count));
  }

  private static int[] strata(List<ScoredSample> samples, int[] unit, int count) {
    Map<Label, Integer> labels = new HashMap<>();
    samples.forEach(s -> labels.putIfAbsent(s.truth(), labels.size()));
    int width = labels.size();
    int[] seen = new int[count * width];
    int i = 0;
    for (ScoredSample sample : samples) {
      seen[unit[i++] * width + labels.get(sample.truth())]++;
    }
    int[] stratum = new int[count];
    int[] sizes = new int[width];
    for (int u = 0; u < count; u++) {
      for (int s = 1; s < width; s++) {
        stratum[u] = seen[u * width + s] > seen[u * width + stratum[u]] ? s : stratum[u];
      }
      sizes[stratum[u]]++;
    }
    joinSingles(stratum, sizes);
    return stratum;
  }

  /** A stratum of one unit would be drawn always and look certain: it joins the largest. */
  private static void joinSingles(int[] stratum, int[] sizes) {
    int largest = 0;
    for (int s = 1; s < sizes.length; s++) {
      largest = sizes[s] > sizes[largest] ? s : largest;
    }
    for (int u = 0; u < stratum.length; u++) {
      stratum[u] = sizes[stratum[u]] < 2 ? largest : stratum[u];
    }
  }

  int patients() {
    int patients = 0;
    for (boolean one : isPatient) {
      patients += one ? 1 : 0;
    }
    return patients;
  }

  /** Patients among the units of these samples. */
  int patients(int[] unitOfSamples) {
    boolean[] seen = new boolean[count];
    for (int u : unitOfSamples) {
      seen[u] = isPatient[u];
    }
    int patients = 0;
    for (boolean one : seen) {
      patients += one ? 1 : 0;
    }
    return patients;
  }

  boolean anyPatient() {
    return patients() > 0;
  }

  /** Whether each sample can be taken as one independent observation. */
  boolean independent() {
    return !anyPatient() || count == of.length;
  }

  /** What taking samples as independent assumes, to be put behind a method's name. */
  String assumption() {
    return anyPatient() ? " over patients" : ", assumes independent cells";
  }

  /** What a resampling method draws, in words. */
  String inWords() {
    int patients = patients();
    return patients == 0
        ? count + " cells, assumes independent cells"
        : patients == count
            ? count + " patients"
            : patients + " patients and " + (count - patients) + " cells without one";
  }

  /** The units of the same samples twice over: the second copies are units of their own. */
  Units doubled() {
    int n = of.length;
    int[] both = Arrays.copyOf(of, 2 * n);
    for (int i = 0; i < n; i++) {
      both[n + i] = of[i] + count;
    }
    boolean[] patients = Arrays.copyOf(isPatient, 2 * count);
    System.arraycopy(isPatient, 0, patients, count, count);
    int[] strata = Arrays.copyOf(stratum, 2 * count);
    System.arraycopy(stratum, 0, strata, count, count);
    return new Units(both, 2 * count, patients, strata);
  }
}
