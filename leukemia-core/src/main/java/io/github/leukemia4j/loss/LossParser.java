package io.github.leukemia4j.loss;

import io.github.leukemia4j.loss.TverskyLoss.AbsentClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the little language of {@link Loss#parse}, from left to right. */
final class LossParser {
  private static final String ACCEPTED =
      " Accepted are default, cross-entropy(labelSmoothing=0.1,focal=2,classWeights=1:3),"
          + " tversky(0.3,0.7,focal=0.75,smoothing=1,logarithmic=true,classWeights=1:3,absentClasses=included),"
          + " dice, jaccard, f-beta(2), unified-focal(0.5,0.6,0.5), and sums such as"
          + " 0.5*cross-entropy+0.5*tversky(0.3,0.7).";

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z-]*");
  private static final Pattern VALUE = Pattern.compile("[^,()=]+");

  private final String text;
  private int position;

  LossParser(String text) {
    this.text = Objects.requireNonNull(text, "text");
  }

  Loss parse() {
    Loss sum = sum();
    if (position < text.length()) {
      throw fault("nothing but a sum of losses must be there");
    }
    return sum;
  }

  private Loss sum() {
    List<MixtureLoss.Part> parts = new ArrayList<>();
    boolean weighted = false;
    do {
      String weight = next(NUMBER);
      weighted |= weight != null;
      if (weight != null && !next('*')) {
        throw fault("\"*\" must follow the weight " + weight);
      }
      Loss loss = term();
      try {
        parts.add(new MixtureLoss.Part(weight == null ? 1 : Double.parseDouble(weight), loss));
      } catch (IllegalArgumentException e) {
        throw fault(e.getMessage());
      }
    } while (next('+'));
    return parts.size() == 1 && !weighted ? parts.get(0).loss() : new MixtureLoss(parts);
  }

  private Loss term() {
    if (next('(')) {
      Loss sum = sum();
      if (!next(')')) {
        throw fault("\")\" must be there");
      }
      return sum;
    }
    String name = next(NAME);
    if (name == null) {
      throw fault("the name of a loss must be there");
    }
    Arguments arguments = arguments(name);
    Loss loss;
    try {
      loss =
          switch (name) {
            case "default" -> Loss.defaultLoss();
            case "cross-entropy" -> crossEntropy(arguments);
            case "tversky" ->
                tversky(
                    arguments,
                    arguments.positional(
                        2, "the false-positive and the false-negative weight", 0.3, 0.7));
            case "dice" -> tversky(arguments, 0.5, 0.5);
            case "jaccard" -> tversky(arguments, 1, 1);
            case "f-beta" -> fBeta(arguments);
            case "unified-focal" -> unifiedFocal(arguments);
            default -> installed(name, arguments);
          };
      arguments.requireAllUsed();
    } catch (IllegalArgumentException e) {
      throw fault(e.getMessage());
    }
    return loss;
  }

  private static Loss installed(String name, Arguments arguments) {
    List<LossFactory> factories =
        ServiceLoader.load(LossFactory.class).stream().map(ServiceLoader.Provider::get).toList();
    for (LossFactory factory : factories) {
      if (factory.name().equals(name)) {
        return factory.of(arguments.takeNamed());
      }
    }
    throw new IllegalArgumentException(
        "there is no loss \"%s\"; further ones that are installed: %s"
            .formatted(name, factories.stream().map(LossFactory::name).toList()));
  }

  private static Loss crossEntropy(Arguments arguments) {
    return new CrossEntropyLoss(
        arguments.number("labelSmoothing", 0),
        arguments.number("focal", 0),
        ClassWeights.copy(arguments.numbers("classWeights")));
  }

  private static Loss fBeta(Arguments arguments) {
    TverskyLoss plain = TverskyLoss.fBeta(arguments.positional(1, "beta")[0]);
    return tversky(arguments, plain.falsePositiveWeight(), plain.falseNegativeWeight());
  }

  private static Loss tversky(Arguments arguments, double... weights) {
    String logarithmic = arguments.choice("logarithmic", List.of("false", "true"));
    String absent = arguments.choice("absentClasses", List.of("excluded", "included"));
    return new TverskyLoss(
        weights[0],
        weights[1],
        arguments.number("focal", 1),
        arguments.number("smoothing", 1),
        Boolean.parseBoolean(logarithmic),
        ClassWeights.copy(arguments.numbers("classWeights")),
        AbsentClasses.valueOf(absent.toUpperCase(Locale.ROOT)));
  }

  private static Loss unifiedFocal(Arguments arguments) {
    double[] numbers = arguments.positional(3, "lambda, delta and gamma", 0.5, 0.6, 0.5);
    return Loss.unifiedFocal(numbers[0], numbers[1], numbers[2]);
  }

  private Arguments arguments(String name) {
    Arguments arguments = new Arguments(name, new ArrayList<>(), new LinkedHashMap<>());
    if (!next('(') || next(')')) {
      return arguments;
    }
    do {
      String first = next(VALUE);
      if (first == null) {
        throw fault("an argument must be there");
      }
      if (!next('=')) {
        arguments.positional.add(first);
      } else {
        String value = next(VALUE);
        if (value == null) {
          throw fault("the value of " + first + " must be there");
        }
        if (arguments.named.put(first, value) != null) {
          throw fault(first + " must be given once");
        }
      }
    } while (next(','));
    if (!next(')')) {
      throw fault("\",\" or \")\" must be there");
    }
    return arguments;
  }

  private boolean next(char expected) {
    skipSpace();
    if (position < text.length() && text.charAt(position) == expected) {
      position++;
      skipSpace();
      return true;
    }
    return false;
  }

  private String next(Pattern pattern) {
    skipSpace();
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    position = matcher.end();
    skipSpace();
    return matcher.group().strip();
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private IllegalArgumentException fault(String what) {
    return new IllegalArgumentException(
        "The loss \"%s\" cannot be read at character %d: %s%s%s"
            .formatted(text, position + 1, what, what.endsWith(".") ? "" : ".", ACCEPTED));
  }

  private record Arguments(String name, List<String> positional, Map<String, String> named) {
    /** Takes the only arguments without a key; none of them is given, or all are. */
    double[] positional(int count, String what, double... otherwise) {
      if (positional.isEmpty() && otherwise.length > 0) {
        return otherwise;
      }
      if (positional.size() != count) {
        throw new IllegalArgumentException(
            name + " must have " + what + " as arguments without a name; found " + positional);
      }
      double[] numbers = positional.stream().mapToDouble(v -> number(what, v)).toArray();
      positional.clear();
      return numbers;
    }

    double number(String key, double otherwise) {
      String value = named.remove(key);
      return value == null ? otherwise : number(key, value);
    }

    double[] numbers(String key) {
      String value = named.remove(key);
      return value == null
          ? new double[0]
          : Arrays.stream(value.split(":", -1)).mapToDouble(v -> number(key, v.strip())).toArray();
    }

    /** One of the accepted words; the first where none is given. */
    String choice(String key, List<String> accepted) {
      String value = named.getOrDefault(key, accepted.get(0));
      named.remove(key);
      if (!accepted.contains(value)) {
        throw new IllegalArgumentException(
            key + " must be one of " + accepted + "; found \"" + value + "\"");
      }
      return value;
    }

    Map<String, String> takeNamed() {
      Map<String, String> taken = new LinkedHashMap<>(named);
      named.clear();
      return taken;
    }

    void requireAllUsed() {
      if (!positional.isEmpty() || !named.isEmpty()) {
        List<String> unused = new ArrayList<>(positional);
        unused.addAll(named.keySet());
        throw new IllegalArgumentException(name + " does not know " + unused);
      }
    }

    private static double number(String key, String value) {
      if (!NUMBER.matcher(value).matches()) {
        throw new IllegalArgumentException(key + " must be a number; found \"" + value + "\"");
      }
      return Double.parseDouble(value);
    }
  }
}
