# options: -X importtime
# digits: no
import json
