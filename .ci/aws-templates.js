// Checks examples/aws: both files by their real parsers; each property by the specification of CloudFormation, and of Terraform's
// AWS provider; each reference; and that the role of the route may do what docs/guides/iam.md says, and no more.
// Runs where the packages are installed that .ci/aws-templates names. Argument: the repository.
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const { createRequire } = require("module");

const installed = createRequire(path.join(process.cwd(), "index.js"));
const { parse } = installed("@cdktf/hcl2json");
const yaml = installed("yaml");

const repository = process.argv[2];
const problems = [];
const read = (file) => fs.readFileSync(path.join(repository, file), "utf8");
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const sorted = (value) => (Array.isArray(value) ? [...value].sort() : value);

/** Statements in one form: {sid: {actions, resources, conditions}}, with the names of the guide. */
function statements(all) {
  const bySid = {};
  for (const statement of all) {
    const { Sid, Effect, Action, Resource, Condition, ...rest } = statement;
    if (Effect !== "Allow" || Object.keys(rest).length > 0 || bySid[Sid]) {
      problems.push(`Statement ${Sid} is odd or there twice`);
    }
    bySid[Sid] = JSON.stringify([[Action].flat().sort(), [Resource].flat().sort(), Condition ?? {}]);
  }
  return bySid;
}

function compare(file, found, wanted) {
  for (const sid of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    if (found[sid] !== wanted[sid]) {
      problems.push(`${file}: statement ${sid} is ${found[sid]}, but docs/guides/iam.md has ${wanted[sid]}`);
    }
  }
}

function guide() {
  const page = read("docs/guides/iam.md");
  return statements(
    ["producer", "await", "queue", "discover"].flatMap((name) => {
      const block = page.match(new RegExp(`<!-- policy: ${name} -->\\n\`\`\`json\\n([\\s\\S]*?)\\n\`\`\``));
      return JSON.parse(block[1]).Statement;
    }),
  );
}

/** The schema is an object of names, with ! behind those that are needed, and objects for what is nested. */
function checkNames(where, value, schema) {
  for (const [name, part] of Object.entries(value)) {
    const inner = schema[name] ?? schema[`${name}!`];
    if (inner === undefined) {
      problems.push(`${where} has no ${name}`);
    } else if (isObject(inner)) {
      [part].flat().filter(isObject).filter((each) => !isFunction(each)).forEach((each) => checkNames(`${where}.${name}`, each, inner));
    }
  }
  for (const name of Object.keys(schema).filter((each) => each.endsWith("!"))) {
    if (value[name.slice(0, -1)] === undefined) {
      problems.push(`${where} needs ${name.slice(0, -1)}`);
    }
  }
}

const isFunction = (value) => Object.keys(value).some((key) => key === "Ref" || key.startsWith("Fn::"));

function specification(wanted) {
  const file = installed.resolve("@aws-cdk/aws-service-spec/package.json");
  const packed = fs.readFileSync(path.join(path.dirname(file), "db.json.gz"));
  const tables = JSON.parse(zlib.gunzipSync(packed)).schema;
  const types = Object.fromEntries(Object.values(tables.typeDefinition.entities).map((type) => [type.$id, type]));
  const above = [];
  function nested(type) {
    if (type.type === "array") {
      return nested(type.element);
    }
    if (type.type === "union") {
      return type.types.map(nested).find(isObject) ?? "";
    }
    const id = type.type === "ref" ? type.reference.$ref : undefined;
    if (id === undefined || above.includes(id)) {
      return "";
    }
    above.push(id);
    const found = names(types[id].properties);
    above.pop();
    return found;
  }
  function names(properties) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [property.required ? `${name}!` : name, nested(property.type)]),
    );
  }
  return Object.fromEntries(
    Object.values(tables.resource.entities)
      .filter((resource) => wanted.has(resource.cloudFormationType))
      .map((resource) => [
        resource.cloudFormationType,
        { properties: names(resource.properties), attributes: Object.keys(resource.attributes) },
      ]),
  );
}

function cloudFormation(wanted) {
  const file = "examples/aws/cloudformation.yaml";
  const template = yaml.parse(read(file));
  const resources = template.Resources;
  const types = specification(new Set(Object.values(resources).map((resource) => resource.Type)));
  const used = new Set();
  const pseudo = { Partition: "aws", Region: "eu-west-1", AccountId: "111122223333", NoValue: undefined };
  const parameters = { EndpointName: "summarizer", BucketName: "my-bucket", QueueName: "summaries" };
  const arns = { Bucket: "arn:aws:s3:::my-bucket", Results: "arn:aws:sqs:eu-west-1:111122223333:summaries" };

  function refer(name) {
    used.add(name);
    if (name.startsWith("AWS::")) {
      return pseudo[name.slice(5)];
    }
    if (!resources[name] && !template.Parameters[name]) {
      problems.push(`${file} has no ${name}`);
    }
    return parameters[name] ?? name;
  }
  function attribute(name, what) {
    used.add(name);
    if (!resources[name] || !types[resources[name].Type].attributes.includes(what)) {
      problems.push(`${file} has no ${name}.${what}`);
    }
    return arns[name] ?? `${name}.${what}`;
  }
  function resolve(value) {
    if (Array.isArray(value)) {
      return value.map(resolve);
    }
    if (!isObject(value)) {
      return value;
    }
    if (value.Ref) {
      return refer(value.Ref);
    }
    if (value["Fn::GetAtt"]) {
      return attribute(...value["Fn::GetAtt"]);
    }
    if (value["Fn::Sub"]) {
      return value["Fn::Sub"].replace(/\$\{([\w:]+)(?:\.(\w+))?\}/g, (all, name, what) => (what ? attribute(name, what) : refer(name)));
    }
    if (value["Fn::If"]) {
      const [condition, ...choices] = value["Fn::If"];
      if (!template.Conditions[condition]) {
        problems.push(`${file} has no condition ${condition}`);
      }
      return choices.map(resolve)[0];
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolve(part)]));
  }

  for (const [name, resource] of Object.entries(resources)) {
    if (types[resource.Type]) {
      checkNames(`${file}: ${name}`, resource.Properties, types[resource.Type].properties);
    } else {
      problems.push(`${file}: ${name} has an unknown type ${resource.Type}`);
    }
    [resource.DependsOn ?? []].flat().forEach(refer);
    resolve(resource.Properties);
  }
  resolve(template.Conditions);
  resolve(template.Outputs);
  resolve(template.Conditions.HasModelData["Fn::Not"]);
  Object.keys(template.Parameters)
    .filter((name) => !used.has(name))
    .forEach((name) => problems.push(`${file}: nothing uses ${name}`));
  compare(file, statements(resolve(resources.RoutePolicy.Properties.PolicyDocument.Statement)), wanted);
  return Object.keys(resources).length;
}

async function terraform(wanted) {
  const file = "examples/aws/main.tf";
  const config = await parse("main.tf", read(file));
  const schema = JSON.parse(read(".ci/terraform-schema.json"));
  const meta = ["lifecycle", "depends_on"];
  let count = 0;
  for (const [kind, prefix] of [["resource", ""], ["data", "data."]]) {
    for (const [type, named] of Object.entries(config[kind])) {
      for (const [name, [block]] of Object.entries(named)) {
        count++;
        const own = Object.fromEntries(Object.entries(block).filter(([key]) => !meta.includes(key)));
        if (schema[prefix + type]) {
          checkNames(`${file}: ${type}.${name}`, own, schema[prefix + type]);
        } else {
          problems.push(`${file} has an unknown type ${type}`);
        }
      }
    }
  }
  const used = new Set();
  for (const [, expression] of JSON.stringify(config).matchAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    for (const [reference, data, type, name] of expression.matchAll(/(data\.)?\b(aws_\w+|var|local)\.(\w+)/g)) {
      const table = { var: config.variable, local: config.locals[0] }[type] ?? config[data ? "data" : "resource"][type];
      used.add(reference);
      if (!table?.[name]) {
        problems.push(`${file} has no ${reference}`);
      }
    }
  }
  Object.keys(config.variable)
    .filter((name) => !used.has(`var.${name}`))
    .forEach((name) => problems.push(`${file}: nothing uses var.${name}`));

  const values = {
    "data.aws_partition.current.partition": "aws",
    "local.account": "eu-west-1:111122223333",
    "var.endpoint_name": "summarizer",
    "aws_s3_bucket.bucket.arn": "arn:aws:s3:::my-bucket",
    "aws_sqs_queue.results.arn": "arn:aws:sqs:eu-west-1:111122223333:summaries",
  };
  const resolve = (text) => text.replace(/\$\{([^}]*)\}/g, (all, expression) => values[expression] ?? all);
  const documents = config.data.aws_iam_policy_document.route[0].statement;
  compare(
    file,
    statements(
      documents.map(({ sid, actions, resources, condition }) => ({
        Sid: sid,
        Effect: "Allow",
        Action: actions,
        Resource: resources.map(resolve),
        Condition: condition && Object.fromEntries(condition.map((each) => [each.test, { [each.variable]: each.values }])),
      })),
    ),
    wanted,
  );
  return count;
}

async function main() {
  const wanted = guide();
  const counts = [cloudFormation(wanted), await terraform(wanted)];
  problems.forEach((problem) => console.error(problem));
  console.log(`examples/aws: ${counts[0]} resources of CloudFormation, ${counts[1]} of Terraform, ${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}

main();
