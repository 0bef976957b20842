"""An S3 server for tests, in memory: `python s3_server.py PORT BUCKET`.

Prints the keys of its only user as JSON once it listens, and checks signatures from then on. Ends with its input.
"""

import json
import sys
import urllib.request

import boto3
from moto.server import ThreadedMotoServer

port, bucket = sys.argv[1:]
address = f"http://127.0.0.1:{port}"
rights = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": rights, "Resource": "*"}]}


def client(service):
    return boto3.client(
        service, endpoint_url=address, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="a"
    )


server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(port), verbose=False)
server.start()
client("s3").create_bucket(Bucket=bucket)
iam = client("iam")
iam.create_user(UserName="tests")
iam.put_user_policy(UserName="tests", PolicyName="store", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="tests")["AccessKey"]
# The number of requests that need no keys.
reset = urllib.request.Request(f"{address}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
urllib.request.urlopen(reset)
print(json.dumps({"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}), flush=True)
sys.stdin.read()
server.stop()
