export { followSensors } from './follow.ts'
export { createJudge, type Judge } from './judge.ts'
export { createRecogniser, type Recognise } from './recognise.ts'
export { type AdoptedSensor, createSensors, type SensorCounters, type Sensors, type SensorsOptions } from './sensors.ts'
