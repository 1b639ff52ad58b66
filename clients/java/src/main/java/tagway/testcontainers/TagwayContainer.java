package tagway.testcontainers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A Tagway gateway for one test run: docs/testcontainers.md. */
public class TagwayContainer extends GenericContainer<TagwayContainer> {

  private static final int PORT = 9292;
  private static final String[] COMMAND = {
    "node", "dist/src/cli.js", "--ephemeral", "--host", "0.0.0.0", "--port", String.valueOf(PORT)
  };
  /** One line on standard output, once every dialect answers. */
  private static final String READY = "\\{\"url\":.*\"pid\":\\d+\\}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ObjectNode announced;

  public TagwayContainer() {
    this("tagway:0.1.0");
  }

  /** @param image of Tagway's Dockerfile */
  public TagwayContainer(String image) {
    super(DockerImageName.parse(image));
    withExposedPorts(PORT);
    withCommand(COMMAND);
    waitingFor(Wait.forLogMessage(".*" + READY + "\\s*", 1).withStartupTimeout(Duration.ofMinutes(2)));
  }

  /** @param json what a seed file holds (docs/seed.md) */
  public TagwayContainer withSeed(String json) {
    // In the environment, as in the modules for other languages.
    String[] seeded = new String[COMMAND.length + 4];
    seeded[0] = "sh";
    seeded[1] = "-c";
    seeded[2] = "printf %s \"$SEED_JSON\" >/tmp/seed.json && exec \"$@\" --seed /tmp/seed.json";
    seeded[3] = "sh";
    System.arraycopy(COMMAND, 0, seeded, 4, COMMAND.length);
    return withEnv("SEED_JSON", json).withCommand(seeded);
  }

  @Override
  protected void containerIsStarted(InspectContainerResponse info) {
    Matcher line = Pattern.compile(READY).matcher(getLogs(OutputFrame.OutputType.STDOUT));
    if (!line.find()) throw new IllegalStateException("Tagway did not say that it is ready");
    try {
      announced = (ObjectNode) JSON.readTree(line.group());
    } catch (JsonProcessingException error) {
      throw new IllegalStateException(error);
    }
    String url = "http://" + getHost() + ":" + getMappedPort(PORT);
    announced.put("url", url).put("imageEndpoint", url).put("huaweiEndpoint", url);
    announced.put("authUrl", url + "/v3").put("adminUrl", url + "/admin");
  }

  public String getUrl() {
    return announced.get("url").asText();
  }

  /** For {@code OS_AUTH_URL}. */
  public String getAuthUrl() {
    return announced.get("authUrl").asText();
  }

  /** JSON: what {@code tagway --ephemeral} says of itself, with the addresses outside; for {@code TEST_TAGWAY}. */
  public String getAnnounced() {
    return announced.toString();
  }

  /** The variables that OpenStack's clients and Huawei's SDKs read: the first user of the seed, with its project and key. */
  public Map<String, String> getEnvironment() {
    JsonNode user = announced.get("users").path(0);
    if (user.isMissingNode()) user = announced.get("admin");
    JsonNode project = projectOf(user);
    String domain = announced.get("domain").get("name").asText();
    Map<String, String> env = new LinkedHashMap<>();
    env.put("OS_AUTH_URL", getAuthUrl());
    env.put("OS_USERNAME", user.get("name").asText());
    env.put("OS_PASSWORD", user.get("password").asText());
    env.put("OS_PROJECT_NAME", project.get("name").asText());
    env.put("OS_USER_DOMAIN_NAME", domain);
    env.put("OS_PROJECT_DOMAIN_NAME", domain);
    env.put("OS_IDENTITY_API_VERSION", "3");
    env.put("HUAWEICLOUD_SDK_PROJECT_ID", project.get("id").asText());
    for (JsonNode key : announced.get("accessKeys")) {
      if (!key.get("user").equals(user.get("name"))) continue;
      env.put("HUAWEICLOUD_SDK_AK", key.get("access").asText());
      env.put("HUAWEICLOUD_SDK_SK", key.get("secret").asText());
      break;
    }
    return env;
  }

  private JsonNode projectOf(JsonNode user) {
    for (JsonNode project : announced.get("projects")) {
      JsonNode roles = user.path("roles");
      if (roles.has(project.get("id").asText()) || roles.has(project.get("name").asText())) return project;
    }
    return announced.get("project");
  }
}
