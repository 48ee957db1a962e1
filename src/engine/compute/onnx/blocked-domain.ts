/** Where onnxruntime keeps the operators on blocked tensors of its CPU provider. */
export const blockedDomain = 'com.microsoft.nchwc';
