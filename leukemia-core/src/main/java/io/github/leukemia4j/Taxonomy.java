package io.github.leukemia4j;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The tree of labels, of any depth: a root such as {@code cell}, whose children are, say, {@code
 * normal} and {@code abnormal}, whose children are subtypes. Every inner node is a stage of a
 * cascade: one classifier that chooses among the node's children. Names are unique in the whole
 * tree, and an inner node has at least two children. Immutable.
 *
 * <pre>{@code
 * Taxonomy taxonomy =
 *     Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");
 * }</pre>
 */
public final class Taxonomy {
  /** The child that is taken as the positive one unless the node names another. */
  public static final String DEFAULT_POSITIVE = "abnormal";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_EMPTY))
          .build();

  private final Label root;
  private final Map<Label, List<Label>> children;
  private final Map<Label, Label> parents;
  private final Map<Label, Label> namedPositives;

  private Taxonomy(
      Label root,
      Map<Label, List<Label>> children,
      Map<Label, Label> parents,
      Map<Label, Label> namedPositives) {
    this.root = root;
    this.children = children;
    this.parents = parents;
    this.namedPositives = namedPositives;
  }

  /**
   * A tree of a root alone, to which {@link #with} adds.
   *
   * @param root the label that every image has, such as {@code cell}
   */
  public static Taxonomy of(String root) {
    return new Taxonomy(Label.of(root), Map.of(), Map.of(), Map.of());
  }

  /**
   * The tree with children added to a node that has none yet.
   *
   * @param parent a node of this tree
   * @param names two or more labels that the tree does not have yet
   * @throws IllegalArgumentException where one of these does not hold
   */
  public Taxonomy with(String parent, String... names) {
    Label node = requireNode(Label.of(parent));
    if (children.containsKey(node)) {
      throw new IllegalArgumentException(
          "Children are given once for each node; " + node + " has " + children.get(node) + ".");
    }
    if (names.length < 2) {
      throw new IllegalArgumentException(
          "A node with children needs at least two, or there is nothing to classify; found %s under %s. Add a second child, or leave the only one out."
              .formatted(Arrays.toString(names), node));
    }
    Map<Label, List<Label>> newChildren = new LinkedHashMap<>(children);
    Map<Label, Label> newParents = new LinkedHashMap<>(parents);
    List<Label> added = new ArrayList<>();
    for (String name : names) {
      Label child = Label.of(name);
      if (child.equals(root) || newParents.containsKey(child)) {
        throw new IllegalArgumentException(
            "Labels must be unique in the whole taxonomy; found %s under %s%s. Rename one of them."
                .formatted(
                    child,
                    node,
                    child.equals(root)
                        ? " and as the root"
                        : " and under " + newParents.get(child)));
      }
      newParents.put(child, node);
      added.add(child);
    }
    newChildren.put(node, List.copyOf(added));
    return new Taxonomy(root, newChildren, newParents, namedPositives);
  }

  /**
   * The tree with a node's positive child named.
   *
   * @throws IllegalArgumentException where {@code child} is no child of {@code parent}
   */
  public Taxonomy withPositive(String parent, String child) {
    Label node = requireNode(Label.of(parent));
    Label positive = Label.of(child);
    if (!children(node).contains(positive)) {
      throw new IllegalArgumentException(
          "The positive child of %s must be one of %s; found %s."
              .formatted(node, children(node), positive));
    }
    Map<Label, Label> positives = new LinkedHashMap<>(namedPositives);
    positives.put(node, positive);
    return new Taxonomy(root, children, parents, positives);
  }

  /** The label that every image has. */
  public Label root() {
    return root;
  }

  /** Whether the label is in the tree. */
  public boolean contains(Label label) {
    return label.equals(root) || parents.containsKey(label);
  }

  /** All labels, parents before their children. */
  public List<Label> labels() {
    List<Label> all = new ArrayList<>(List.of(root));
    for (int i = 0; i < all.size(); i++) {
      all.addAll(children(all.get(i)));
    }
    return List.copyOf(all);
  }

  /** The nodes that have children, parents before their children: the stages of a cascade. */
  public List<Label> innerNodes() {
    return labels().stream().filter(children::containsKey).toList();
  }

  /** The nodes that have no children. */
  public List<Label> leaves() {
    return labels().stream().filter(label -> !children.containsKey(label)).toList();
  }

  /**
   * The children of a node; empty for a leaf.
   *
   * @throws IllegalArgumentException where the label is not in the tree
   */
  public List<Label> children(Label node) {
    return children.getOrDefault(requireNode(node), List.of());
  }

  /**
   * The node above a label; empty for the root.
   *
   * @throws IllegalArgumentException where the label is not in the tree
   */
  public Optional<Label> parent(Label label) {
    return Optional.ofNullable(parents.get(requireNode(label)));
  }

  /**
   * The way from the root to a label, both included.
   *
   * @throws IllegalArgumentException where the label is not in the tree
   */
  public List<Label> pathTo(Label label) {
    List<Label> path = new ArrayList<>(List.of(requireNode(label)));
    while (parents.containsKey(path.get(0))) {
      path.add(0, parents.get(path.get(0)));
    }
    return List.copyOf(path);
  }

  /**
   * Which child of a node lies at or above a label: what the stage of that node should answer for a
   * sample of that label. Empty where the label is the node itself, or lies elsewhere.
   *
   * @throws IllegalArgumentException where one of the labels is not in the tree
   */
  public Optional<Label> childTowards(Label node, Label label) {
    requireNode(node);
    Label below = requireNode(label);
    for (Label above = parents.get(below); above != null; above = parents.get(above)) {
      if (above.equals(node)) {
        return Optional.of(below);
      }
      below = above;
    }
    return Optional.empty();
  }

  /**
   * The positive child of a node: the named one, else the child called {@value #DEFAULT_POSITIVE},
   * else the only child that has children itself.
   *
   * @throws IllegalArgumentException where the label is not in the tree
   */
  public Optional<Label> positive(Label node) {
    List<Label> candidates = children(node);
    if (namedPositives.containsKey(node)) {
      return Optional.of(namedPositives.get(node));
    }
    Label byName = Label.of(DEFAULT_POSITIVE);
    if (candidates.contains(byName)) {
      return Optional.of(byName);
    }
    List<Label> inner = candidates.stream().filter(children::containsKey).toList();
    return inner.size() == 1 ? Optional.of(inner.get(0)) : Optional.empty();
  }

  /**
   * What the stage of an inner node chooses among: its children, with the positive one marked.
   *
   * @throws IllegalArgumentException where the label is not in the tree, or is a leaf
   */
  public LabelSet labelSet(Label innerNode) {
    if (children(innerNode).isEmpty()) {
      throw new IllegalArgumentException(
          "A stage must be a node with children, one of %s; found %s."
              .formatted(innerNodes(), innerNode));
    }
    LabelSet labels = LabelSet.of(children(innerNode));
    return positive(innerNode).map(labels::withPositive).orElse(labels);
  }

  /**
   * Reads the JSON form, such as {@code {"name": "cell", "children": [{"name": "normal"}, {"name":
   * "abnormal"}], "positive": "abnormal"}}.
   *
   * @throws IOException where the file is missing or cannot be read
   * @throws DataException where it is no taxonomy; names the file
   */
  public static Taxonomy read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      return parse(text);
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Parses the JSON form.
   *
   * @throws DataException where the text is no taxonomy
   */
  public static Taxonomy parse(String json) {
    try {
      Node node = JSON.readValue(json, Node.class);
      if (node == null || node.name() == null) {
        throw new DataException("A taxonomy must be a JSON object with a \"name\"; found " + json);
      }
      return add(of(node.name()), node);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "A taxonomy must be a tree of {\"name\": ..., \"children\": [...]}: %s%s."
              .formatted(
                  e.getOriginalMessage(),
                  e.getLocation() == null
                      ? ""
                      : " (line %s, column %s)"
                          .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr())),
          e);
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  private static Taxonomy add(Taxonomy tree, Node node) {
    List<Node> below = node.children();
    if (below.stream().anyMatch(child -> child == null || child.name() == null)) {
      throw new DataException("Every child of " + node.name() + " must have a \"name\".");
    }
    Taxonomy grown = tree;
    if (!below.isEmpty()) {
      grown = grown.with(node.name(), below.stream().map(Node::name).toArray(String[]::new));
    }
    if (node.positive() != null) {
      grown = grown.withPositive(node.name(), node.positive());
    }
    for (Node child : below) {
      grown = add(grown, child);
    }
    return grown;
  }

  /** The JSON form, indented, that {@link #parse} reads. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node(root));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A taxonomy can always be written as JSON.", e);
    }
  }

  private Node node(Label label) {
    return new Node(
        label.name(),
        children(label).stream().map(this::node).toList(),
        namedPositives.containsKey(label) ? namedPositives.get(label).name() : null);
  }

  private Label requireNode(Label label) {
    if (!contains(Objects.requireNonNull(label, "label"))) {
      throw new IllegalArgumentException(
          "The label must be in the taxonomy " + labels() + "; found " + label + ".");
    }
    return label;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Taxonomy that
        && root.equals(that.root)
        && children.equals(that.children)
        && namedPositives.equals(that.namedPositives);
  }

  @Override
  public int hashCode() {
    return Objects.hash(root, children, namedPositives);
  }

  /** Nested names, such as {@code cell(normal, abnormal(AML, APL))}. */
  @Override
  public String toString() {
    return text(root);
  }

  private String text(Label label) {
    List<Label> below = children(label);
    return below.isEmpty()
        ? label.name()
        : label + "(" + String.join(", ", below.stream().map(this::text).toList()) + ")";
  }

  private record Node(String name, List<Node> children, String positive) {
    Node {
      children = children == null ? List.of() : new ArrayList<>(children);
    }
  }
}
