import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.utils.JsonUtils;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays story.json with Huawei's own SDK of Java: prints a line of JSON for each step, with what the SDK returned. */
public final class Ims {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern VARIABLE = Pattern.compile("\"\\$(\\w+)\"");

    private static ImsClient client(String who) {
        BasicCredentials credentials = new BasicCredentials()
            .withAk(System.getenv(who + "_AK"))
            .withSk(System.getenv(who + "_SK"))
            .withProjectId(System.getenv(who + "_PROJECT"));
        List<String> endpoints = List.of(System.getenv("IMS_URL"));
        return ImsClient.newBuilder().withCredential(credentials).withEndpoints(endpoints).build();
    }

    private static JsonNode at(JsonNode value, String path) {
        return value.at("/" + path.replace('.', '/'));
    }

    /** The answer by the names that go over the wire; a list is in a member of its own. */
    private static JsonNode plain(Object response) throws Exception {
        JsonNode answer = MAPPER.readTree(JsonUtils.toJSON(response));
        return answer.size() == 1 && answer.has("body") ? answer.get("body") : answer;
    }

    private static ObjectNode call(ImsClient client, String name, String given) throws Exception {
        Method method = Arrays.stream(ImsClient.class.getMethods())
            .filter(one -> one.getName().equals(name) && one.getParameterCount() == 1)
            .findFirst().orElse(null);
        ObjectNode seen = MAPPER.createObjectNode().put("call", name);
        // An older SDK than that of the story.
        if (method == null) return seen.put("status", 0).put("missing", "method").putNull("error").putNull("answer");
        try {
            Object response = method.invoke(client, JsonUtils.toObject(given, method.getParameterTypes()[0]));
            int status = (Integer) response.getClass().getMethod("getHttpStatusCode").invoke(response);
            seen.put("status", status).putNull("error").set("answer", plain(response));
        } catch (InvocationTargetException failed) {
            boolean refused = failed.getCause() instanceof ServiceResponseException;
            int status = refused ? ((ServiceResponseException) failed.getCause()).getHttpStatusCode() : 0;
            seen.put("status", status).put("error", String.valueOf(failed.getCause())).putNull("answer");
        }
        return seen;
    }

    private static ObjectNode play(ImsClient client, JsonNode step, String given) throws Exception {
        while (true) {
            ObjectNode seen = call(client, step.get("call").asText(), given);
            String state = step.has("until") ? at(seen.get("answer"), step.get("until").get(0).asText()).asText() : "";
            if (!state.equals("INIT") && !state.equals("RUNNING")) return seen;
            Thread.sleep(50);
        }
    }

    private static String filled(String text, Map<String, JsonNode> known) {
        Matcher found = VARIABLE.matcher(text);
        return found.replaceAll(one -> Matcher.quoteReplacement(String.valueOf(known.get(one.group(1)))));
    }

    public static void main(String[] arguments) throws Exception {
        JsonNode story = MAPPER.readTree(Files.readString(Path.of(arguments[0])));
        Map<String, JsonNode> known = new HashMap<>();
        known.put("other", MAPPER.valueToTree(System.getenv("OTHER_PROJECT")));
        known.put("otherRegion", MAPPER.valueToTree(System.getenv("OTHER_REGION")));
        Map<String, ImsClient> clients = Map.of("own", client("OWN"), "other", client("OTHER"));
        for (JsonNode step : story) {
            String as = step.has("as") ? step.get("as").asText() : "own";
            String given = filled(step.get("with").toString(), known);
            ObjectNode seen = given.contains("MISSING")
                ? MAPPER.createObjectNode().put("call", step.get("call").asText()).put("missing", "value")
                : play(clients.get(as), step, given);
            if (step.has("keep") && !seen.hasNonNull("answer")) {
                step.get("keep").fieldNames().forEachRemaining(name -> known.put(name, MAPPER.valueToTree("MISSING")));
            } else if (step.has("keep")) {
                step.get("keep").fields().forEachRemaining(
                    one -> known.put(one.getKey(), at(seen.get("answer"), one.getValue().asText())));
            }
            seen.set("known", MAPPER.valueToTree(known));
            System.out.println(seen);
        }
    }
}
