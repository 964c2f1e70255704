"""An import-heavy program: what a command-line tool of some size imports before it does anything."""
import argparse
import asyncio
import configparser
import csv
import dataclasses
import decimal
import email.message
import email.mime.multipart
import http.client
import json
import logging
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import typing
import unittest
import urllib.request
import xml.etree.ElementTree

parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, default=1)
print(parser.parse_args().count, json.dumps({"imported": True}))
