// Sends the calls of the first argument, a JSON array, to the endpoint of the environment, and prints of each what came back.
import { createRequire } from 'node:module';

const packages = createRequire(process.cwd() + '/');
const { SageMakerRuntimeClient, InvokeEndpointAsyncCommand } = packages('@aws-sdk/client-sagemaker-runtime');
const client = new SageMakerRuntimeClient({ endpoint: process.env.ENDPOINT, maxAttempts: 1 });
for (const call of JSON.parse(process.argv[2])) {
  try {
    const answer = await client.send(new InvokeEndpointAsyncCommand(call));
    console.log(`${answer.$metadata.httpStatusCode} ${answer.InferenceId} ${answer.OutputLocation} ${answer.FailureLocation}`);
  } catch (error) {
    console.log(`${error.$metadata?.httpStatusCode} ${error.name}`);
  }
}
