package io.github.leukemia4j.image.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** What augmentations share: their text form and the checks of settings and images. */
final class Augmentations {
  private static final Pattern PART =
      Pattern.compile("\\G\\s*([a-z]+)\\s*(?:\\(([^()]*)\\))?\\s*(,|$)");

  private Augmentations() {}

  static Augmentation parse(String text) {
    List<Augmentation> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text.toLowerCase(Locale.ROOT));
    int end = 0;
    boolean more = true;
    while (more && matcher.find()) {
      parts.add(part(matcher.group(1), numbers(matcher.group(2), text), text));
      end = matcher.end();
      more = !matcher.group(3).isEmpty();
    }
    if (more || end != text.length()) {
      throw unknown(text);
    }
    return Augmentation.sequence(parts);
  }

  private static Augmentation part(String name, double[] n, String text) {
    return switch (name + "/" + n.length) {
      case "none/0" -> Augmentation.none();
      case "cells/0" -> Augmentation.cells();
      case "fields/0" -> Augmentation.fields();
      case "dihedral/0" -> Augmentation.dihedral();
      case "rotation/1" -> Augmentation.rotation(n[0]);
      case "scale/1" -> Augmentation.scale(n[0]);
      case "translation/1" -> Augmentation.translation(n[0]);
      case "affine/3" -> Augmentation.affine(n[0], n[1], n[2]);
      case "cutout/1" -> Augmentation.cutout(n[0]);
      case "brightness/1" -> Augmentation.brightness(n[0]);
      case "contrast/1" -> Augmentation.contrast(n[0]);
      case "stain/1" -> Augmentation.stain(n[0]);
      case "hsv/3" -> Augmentation.hsv(n[0], n[1], n[2]);
      case "blur/1" -> Augmentation.blur(n[0]);
      case "noise/1" -> Augmentation.noise(n[0]);
      default -> installed(name, n).orElseThrow(() -> unknown(text));
    };
  }

  private static Optional<Augmentation> installed(String name, double... settings) {
    return ServiceLoader.load(AugmentationFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.name().equals(name))
        .findFirst()
        .map(factory -> factory.of(settings));
  }

  private static double[] numbers(String list, String text) {
    if (list == null || list.isBlank()) {
      return new double[0];
    }
    String[] parts = list.split(",", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        numbers[i] = Double.parseDouble(parts[i].strip());
      } catch (NumberFormatException e) {
        throw unknown(text);
      }
    }
    return numbers;
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        """
            An augmentation must be none, cells, fields, or a list of dihedral, \
            rotation(degrees), scale(most), translation(most), affine(degrees, scale, shift), \
            cutout(most), brightness(most), contrast(most), stain(strength), hsv(hue, \
            saturation, value), blur(most), noise(most); found "%s"."""
            .formatted(text));
  }

  /** Such as {@code affine(15, 0.1, 0)}. */
  static String describe(String name, double... settings) {
    return name
        + DoubleStream.of(settings)
            .mapToObj(s -> s == Math.rint(s) ? Long.toString((long) s) : Double.toString(s))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  static void checkImage(byte[] rgb, int height, int width) {
    if (height < 1 || width < 1 || rgb.length != 3L * height * width) {
      throw new IllegalArgumentException(
          "An RGB image of %s x %s pixels must have height * width * 3 bytes; found %s."
              .formatted(height, width, rgb.length));
    }
  }

  /** Least and most are allowed themselves. */
  static void checkSetting(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "An augmentation's " + name + " must be " + least + " to " + most + "; found " + value);
    }
  }

  static void checkPositive(String name, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw new IllegalArgumentException(
          "An augmentation's %s must be above 0 and at most %s; found %s. Leave the augmentation out if it shall do nothing."
              .formatted(name, most, value));
    }
  }
}
