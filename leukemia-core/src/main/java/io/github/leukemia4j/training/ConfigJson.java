package io.github.leukemia4j.training;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.NetworkConfig.AuxiliaryConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A configuration as a tree of JSON. Losses and augmentations are texts that their types read; in a
 * tree that is not written yet they stand as they are, those of a program's own among them.
 */
final class ConfigJson {
  private static final Set<String> REPLACED_WHOLE =
      Set.of("network", "parameters", "stageLosses", "auxiliary", "stageWeights");

  private static final String AUXILIARY = "auxiliary.";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .build();

  private ConfigJson() {}

  /** A copy whose losses and augmentation stand as they are. */
  static ObjectNode tree(TrainingConfig config) {
    ObjectNode tree = MAPPER.valueToTree(config);
    tree.putPOJO("loss", config.loss());
    config
        .stageLosses()
        .forEach((stage, loss) -> tree.withObject("/stageLosses").putPOJO(stage.name(), loss));
    config
        .auxiliary()
        .forEach(
            (column, own) ->
                tree.withObject("/auxiliary").withObject("/" + column).putPOJO("loss", own.loss()));
    tree.withObject("/batches").putPOJO("augmentation", config.batches().augmentation());
    return tree;
  }

  /** A copy with one setting at its default. */
  static ObjectNode without(TrainingConfig config, String name) {
    ObjectNode tree = tree(config);
    tree.set(name, tree(TrainingConfig.defaults()).get(name));
    return tree;
  }

  /**
   * Adds an auxiliary column at its defaults, if it is not there.
   *
   * @param text its name, or name and weight such as {@code cell_class=0.3}
   */
  static void addAuxiliary(ObjectNode tree, String text) {
    int equals = text.lastIndexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    ObjectNode columns = tree.withObject("/auxiliary");
    if (!columns.has(name)) {
      columns.set(name, node(AuxiliaryConfig.DEFAULT));
    }
    if (equals >= 0) {
      ((ObjectNode) columns.get(name)).put("weight", text.substring(equals + 1));
    }
  }

  /**
   * Sets what a path leads to.
   *
   * @throws IllegalArgumentException where there is no such setting
   */
  static void set(ObjectNode tree, String path, Object value) {
    int dot = path.lastIndexOf('.');
    if (path.startsWith(AUXILIARY) && dot > AUXILIARY.length()) {
      addAuxiliary(tree, path.substring(AUXILIARY.length(), dot));
    }
    String name = path.substring(dot + 1);
    JsonNode above = dot < 0 ? tree : tree.at("/" + path.substring(0, dot).replace('.', '/'));
    if (!(above instanceof ObjectNode owner)
        || !owner.has(name)
            && !path.startsWith("stageWeights.")
            && !path.substring(0, Math.max(0, dot)).endsWith("parameters")) {
      throw new IllegalArgumentException(
          "There is no setting %s; there are %s.".formatted(path, flat(tree).keySet()));
    }
    owner.set(name, node(value));
  }

  /** A setting's value as a node. */
  static JsonNode node(Object value) {
    return value instanceof Loss || value instanceof Augmentation
        ? MAPPER.getNodeFactory().pojoNode(value)
        : MAPPER.valueToTree(value);
  }

  /**
   * @throws IllegalArgumentException where the tree is no configuration; says what must hold
   */
  static TrainingConfig config(ObjectNode tree) {
    try {
      return MAPPER.treeToValue(tree, TrainingConfig.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(fault(e, tree), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  static ObjectNode read(Path file) throws IOException {
    try {
      return MAPPER.readValue(Files.readAllBytes(file), ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s must be an object of JSON: %s.".formatted(file, e.getOriginalMessage()), e);
    }
  }

  static void write(Path file, TrainingConfig config) throws IOException {
    MAPPER.writeValue(file.toFile(), config);
  }

  /** Puts what is given in the place of what is there, setting by setting. */
  static void merge(ObjectNode into, ObjectNode given) {
    given
        .properties()
        .forEach(
            setting -> {
              String name = setting.getKey();
              if (into.get(name) instanceof ObjectNode old
                  && setting.getValue() instanceof ObjectNode fresh
                  && !REPLACED_WHOLE.contains(name)) {
                merge(old, fresh);
              } else {
                into.set(name, setting.getValue());
              }
            });
  }

  /** Every setting by its path, such as {@code batches.size}. */
  static Map<String, Object> flat(JsonNode tree) {
    Map<String, Object> settings = new LinkedHashMap<>();
    collect("", tree, settings);
    return settings;
  }

  static Map<String, Object> flat(TrainingConfig config) {
    return flat(MAPPER.<JsonNode>valueToTree(config));
  }

  /** The same with one loss for all stages. */
  static Map<String, Object> flat(TrainingConfig config, Loss loss) {
    ObjectNode tree = MAPPER.valueToTree(config);
    tree.put("loss", loss.text()).putObject("stageLosses");
    return flat(tree);
  }

  private static void collect(String path, JsonNode node, Map<String, Object> settings) {
    if (node.isObject()) {
      String above = path.isEmpty() ? "" : path + ".";
      node.properties().forEach(p -> collect(above + p.getKey(), p.getValue(), settings));
    } else if (!node.isNull()) {
      Object number = node.isBoolean() ? (Object) node.booleanValue() : node.numberValue();
      String text = node.isArray() ? node.toString() : node.asText();
      settings.put(path, number == null ? text : number);
    }
  }

  private static String fault(JsonMappingException e, JsonNode tree) {
    String path =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .collect(Collectors.joining("."));
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "There is no setting %s; beside it there are %s."
          .formatted(path, new TreeSet<>(unknown.getKnownPropertyIds()));
    }
    if (e.getCause() instanceof IllegalArgumentException cause) {
      return cause.getMessage();
    }
    Object found = path.isEmpty() ? tree : flat(tree).get(path);
    return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? "%s must be %s; found %s.".formatted(path, inWords(mismatch.getTargetType()), found)
        : "%s cannot be read: %s; found %s.".formatted(path, e.getOriginalMessage(), found);
  }

  private static String inWords(Class<?> type) {
    if (type.isEnum()) {
      return "one of %s"
          .formatted(
              Arrays.stream(type.getEnumConstants())
                  .map(each -> each.toString().toLowerCase(Locale.ROOT))
                  .toList());
    }
    return type == int.class || type == long.class
        ? "a whole number"
        : type == double.class
            ? "a number"
            : type == boolean.class ? "true or false" : "an object of " + type.getSimpleName();
  }

  private static SimpleModule module() {
    SimpleModule module = new SimpleModule();
    addText(module, Loss.class, Loss::text, Loss::parse);
    addText(module, Augmentation.class, Augmentation::describe, Augmentation::parse);
    module.addDeserializer(
        NetworkConfig.class,
        reader(
            null,
            node ->
                node.isTextual()
                    ? NetworkConfig.parse(node.asText())
                    : NetworkConfig.of(
                        node.path("name").asText(),
                        MAPPER.convertValue(node.path("parameters"), Parameters.class))));
    module.addSerializer(OptionalDouble.class, writer(o -> o.isPresent() ? o.getAsDouble() : null));
    module.addDeserializer(
        OptionalDouble.class,
        reader(OptionalDouble.empty(), node -> OptionalDouble.of(number(node))));
    module.addSerializer(
        Optional.class, writer(path -> ((Optional<?>) path).map(Object::toString).orElse(null)));
    module.addDeserializer(
        Optional.class, reader(Optional.empty(), node -> Optional.of(Path.of(node.asText()))));
    module.addKeyDeserializer(
        Label.class,
        new KeyDeserializer() {
          @Override
          public Label deserializeKey(String key, DeserializationContext context) {
            return Label.of(key);
          }
        });
    return module;
  }

  private static double number(JsonNode node) {
    try {
      return Double.parseDouble(node.asText());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("A share must be a number; found " + node + ".", e);
    }
  }

  private static <T> void addText(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(type, writer(write));
    module.addDeserializer(
        type,
        reader(
            null,
            node ->
                node instanceof POJONode given
                    ? type.cast(given.getPojo())
                    : read.apply(node.asText())));
  }

  private static <T> JsonSerializer<T> writer(Function<? super T, ?> write) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator json, SerializerProvider provider)
          throws IOException {
        json.writePOJO(write.apply(value));
      }
    };
  }

  private static <T> JsonDeserializer<T> reader(T absent, Function<JsonNode, T> read) {
    return new JsonDeserializer<>() {
      @Override
      public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
        return read.apply(context.readTree(json));
      }

      @Override
      public T getNullValue(DeserializationContext context) {
        return absent;
      }
    };
  }
}
