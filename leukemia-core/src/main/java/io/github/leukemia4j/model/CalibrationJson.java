package io.github.leukemia4j.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import java.io.IOException;
import java.util.OptionalDouble;

/**
 * How the types of the calibration stand in JSON that Jackson does not know by itself: a number
 * that may be undefined as a number or null, labels as the list of their names.
 */
final class CalibrationJson {
  private CalibrationJson() {}

  static SimpleModule module() {
    return new SimpleModule("calibration")
        .addSerializer(new NumberWriter())
        .addDeserializer(OptionalDouble.class, new NumberReader())
        .addSerializer(new LabelsWriter())
        .addDeserializer(LabelSet.class, new LabelsReader());
  }

  private static final class NumberWriter extends StdSerializer<OptionalDouble> {
    private static final long serialVersionUID = 1;

    NumberWriter() {
      super(OptionalDouble.class);
    }

    @Override
    public void serialize(OptionalDouble value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        out.writeNumber(value.getAsDouble());
      } else {
        out.writeNull();
      }
    }
  }

  private static final class NumberReader extends StdDeserializer<OptionalDouble> {
    private static final long serialVersionUID = 1;

    NumberReader() {
      super(OptionalDouble.class);
    }

    @Override
    public OptionalDouble deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      if (!in.currentToken().isNumeric()) {
        return (OptionalDouble) context.handleUnexpectedToken(OptionalDouble.class, in);
      }
      return OptionalDouble.of(in.getDoubleValue());
    }

    @Override
    public OptionalDouble getNullValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }
  }

  private static final class LabelsWriter extends StdSerializer<LabelSet> {
    private static final long serialVersionUID = 1;

    LabelsWriter() {
      super(LabelSet.class);
    }

    @Override
    public void serialize(LabelSet value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      for (Label label : value.labels()) {
        out.writeString(label.name());
      }
      out.writeEndArray();
    }
  }

  private static final class LabelsReader extends StdDeserializer<LabelSet> {
    private static final long serialVersionUID = 1;

    LabelsReader() {
      super(LabelSet.class);
    }

    @Override
    public LabelSet deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        return (LabelSet) context.handleUnexpectedToken(LabelSet.class, in);
      }
      String[] names = context.readValue(in, String[].class);
      try {
        return LabelSet.of(names);
      } catch (IllegalArgumentException | NullPointerException e) {
        return (LabelSet) context.handleInstantiationProblem(LabelSet.class, names, e);
      }
    }
  }
}
